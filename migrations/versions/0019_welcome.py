"""what a house says of itself at the head of its first page

Revision: 0019, after 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("house_settings", sa.Column("welcome", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    op.execute("ALTER TABLE house_settings DROP COLUMN welcome")
