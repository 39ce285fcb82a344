"""what a venue says about access, its door, its picture, and how large its spaces are

Revision: 0018, after 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("venue", sa.Column("at_the_door", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("venue", sa.Column("access_facts", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("venue", sa.Column("moves", sa.Integer(), server_default="0", nullable=False))
    op.execute("ALTER TABLE venue ADD COLUMN picture_id BIGINT CONSTRAINT fk_venue_picture_id REFERENCES picture (id)")
    op.add_column("space", sa.Column("capacity", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.execute("ALTER TABLE space DROP COLUMN capacity")
    for name in ("picture_id", "moves", "access_facts", "at_the_door"):
        op.execute(f"ALTER TABLE venue DROP COLUMN {name}")
