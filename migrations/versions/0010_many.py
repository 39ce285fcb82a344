"""many: one action for many registrations, and what became of it for each

Revision: 0010, after 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "bulk_action",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("asked_by_id", BIG, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refund", sa.String(), nullable=True),
        sa.Column("keep_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_bulk_action_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_action")),
    )
    op.create_table(
        "bulk_item",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("bulk_id", BIG, nullable=False),
        sa.Column("registration_id", BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("shown_minor", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["bulk_id"], ["bulk_action.id"], name=op.f("fk_bulk_item_bulk_id")),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name=op.f("fk_bulk_item_registration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_item")),
        sa.UniqueConstraint("bulk_id", "position", name=op.f("uq_bulk_item_bulk_id_position")),
        sa.UniqueConstraint("bulk_id", "registration_id", name=op.f("uq_bulk_item_bulk_id_registration_id")),
    )
    op.create_index(op.f("ix_bulk_item_registration_id"), "bulk_item", ["registration_id"])


def downgrade() -> None:
    op.drop_table("bulk_item")
    op.drop_table("bulk_action")
