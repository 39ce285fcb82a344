"""postponed: gatherings that wait for a new date, and gatherings that stand in no list

Columns are added and dropped by statements that both stores understand: Alembic's way on SQLite would build the table of
gatherings anew, to which many others point.

Revision: 0008, after 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gathering", sa.Column("postponed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("gathering", sa.Column("postponed_because", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("gathering", sa.Column("unlisted", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("gathering", "unlisted")
    op.drop_column("gathering", "postponed_because")
    op.drop_column("gathering", "postponed_at")
