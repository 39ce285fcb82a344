"""lists: the registrations in the order in which they are listed, and filters that organisers keep

Revision: 0006, after 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_index("ix_registration_listed", "registration", ["registered_at", "id"])
    op.create_index("ix_registration_listed_in", "registration", ["gathering_id", "registered_at", "id"])
    op.create_table(
        "saved_list",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_list_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_list")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_list_person_id_name")),
    )


def downgrade() -> None:
    op.drop_table("saved_list")
    op.drop_index("ix_registration_listed_in", "registration")
    op.drop_index("ix_registration_listed", "registration")
