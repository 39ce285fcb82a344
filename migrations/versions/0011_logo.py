"""logo

Revision: 0011, after 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "house_logo",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_house_logo")),
    )
    with op.batch_alter_table("house_settings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("logo", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("house_settings", schema=None) as batch_op:
        batch_op.drop_column("logo")

    op.drop_table("house_logo")
