"""how long after a gathering people are asked how it is now, where an organiser chose other days than 21 and 90

Revision: 0029, after 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("loop_rules", sa.Column("follow_ups", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.execute("ALTER TABLE loop_rules DROP COLUMN follow_ups")
