"""letters that go out by themselves: how they are set for one gathering, and which moments have passed

Revision: 0012, after 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "timed_letter",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("gathering_id", BIG, nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["gathering_id"], ["gathering.id"], name=op.f("fk_timed_letter_gathering_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timed_letter")),
        sa.UniqueConstraint("gathering_id", "purpose", name=op.f("uq_timed_letter_gathering_id")),
    )
    op.create_index(op.f("ix_timed_letter_gathering_id"), "timed_letter", ["gathering_id"])
    op.create_table(
        "timed_passing",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("gathering_id", BIG, nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["gathering_id"], ["gathering.id"], name=op.f("fk_timed_passing_gathering_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timed_passing")),
        sa.UniqueConstraint("gathering_id", "purpose", "mark", name=op.f("uq_timed_passing_gathering_id")),
    )
    op.create_index(op.f("ix_timed_passing_gathering_id"), "timed_passing", ["gathering_id"])


def downgrade() -> None:
    op.drop_table("timed_passing")
    op.drop_table("timed_letter")
