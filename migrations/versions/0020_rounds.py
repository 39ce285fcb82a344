"""check-in and follow-ups

Revision: 0020, after 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "group_text",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("batch_id", _ID, nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("locator", sa.LargeBinary(length=20), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_group_text_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_text")),
        sa.UniqueConstraint("locator", name=op.f("uq_group_text_locator")),
    )
    op.create_index(op.f("ix_group_text_batch_id"), "group_text", ["batch_id"])
    op.create_table(
        "talk_wish",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("place_id", _ID, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("met_by_id", _ID, nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["met_by_id"], ["person.id"], name=op.f("fk_talk_wish_met_by_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_talk_wish_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_wish")),
        sa.UniqueConstraint("place_id", name=op.f("uq_talk_wish_place_id")),
    )
    op.create_table(
        "check_in",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("gathering_id", _ID, nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("heard", sa.JSON(), nullable=False),
        sa.Column("tomorrow", sa.JSON(), nullable=False),
        sa.Column("said_by_id", _ID, nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["gathering_id"], ["gathering.id"], name=op.f("fk_check_in_gathering_id")),
        sa.ForeignKeyConstraint(["said_by_id"], ["person.id"], name=op.f("fk_check_in_said_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
        sa.UniqueConstraint("gathering_id", name=op.f("uq_check_in_gathering_id")),
    )


def downgrade() -> None:
    """What was passed on in rounds goes with its windows: the version before knows no such forms, and would count them."""
    rounds = "SELECT id FROM form_window WHERE occasion IN ('check_in', 'day_21', 'day_90')"
    op.drop_table("check_in")
    op.drop_table("talk_wish")
    op.drop_table("group_text")
    batches = f"SELECT id FROM batch WHERE window_id IN ({rounds})"  # noqa: S608  (our own names)
    for table, column, found in (("answer", "batch_id", batches), ("reading", "batch_id", batches),
                                 ("batch", "window_id", rounds), ("sealed_answer", "window_id", rounds)):  # fmt: skip
        op.execute(f"DELETE FROM {table} WHERE {column} IN ({found})")  # noqa: S608
    op.execute("DELETE FROM form_window WHERE occasion IN ('check_in', 'day_21', 'day_90')")
