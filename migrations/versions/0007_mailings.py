"""letters that people of the house write to those of one gathering

Revision: 0007, after 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mailing",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("gathering_id", BIG, nullable=False),
        sa.Column("written_by_id", BIG, nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("ticket_type_id", BIG, nullable=True),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["gathering_id"], ["gathering.id"], name=op.f("fk_mailing_gathering_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_mailing_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
    )
    op.create_index(op.f("ix_mailing_gathering_id"), "mailing", ["gathering_id"])
    op.add_column("letter", sa.Column("sending", sa.String(), nullable=True))
    op.create_index(op.f("ix_letter_sending"), "letter", ["sending"])


def downgrade() -> None:
    op.drop_index(op.f("ix_letter_sending"), "letter")
    op.drop_column("letter", "sending")
    op.drop_table("mailing")
