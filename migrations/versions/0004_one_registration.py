"""one registration: who did what, how it is paid, what was promised back, and notes for the house

Revision: 0004, after 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("event", sa.Column("actor_id", BIG, nullable=True))
    op.add_column("registration", sa.Column("pays_by", sa.String(), nullable=True))
    op.add_column("registration", sa.Column("read_out_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("place", sa.Column("refund_minor", sa.Integer(), nullable=False, server_default="0"))
    _remember_what_was_promised()
    op.create_table(
        "house_note",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("registration_id", BIG, nullable=False),
        sa.Column("written_by_id", BIG, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name=op.f("fk_house_note_registration_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_house_note_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_note")),
    )
    op.create_index(op.f("ix_house_note_registration_id"), "house_note", ["registration_id"])


def _remember_what_was_promised() -> None:
    """So far it stood in the history only."""
    place = sa.table("place", sa.column("id", BIG), sa.column("refund_minor", sa.Integer()))
    event = sa.table("event", sa.column("name", sa.String()), sa.column("payload", sa.JSON()))
    connection = op.get_bind()
    cancelled = connection.execute(sa.select(event.c.payload).where(event.c.name == "PlaceCancelled")).scalars().all()
    for payload in cancelled:
        connection.execute(
            sa.update(place)
            .where(place.c.id == payload["place_id"])
            .values(refund_minor=payload.get("refund_minor", 0))
        )


def downgrade() -> None:
    op.drop_table("house_note")
    op.drop_column("place", "refund_minor")
    op.drop_column("registration", "read_out_at")
    op.drop_column("registration", "pays_by")
    op.drop_column("event", "actor_id")
