"""a note to oneself beside what one came for, and a form after a gathering that rests for a while

Revision: 0027, after 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "private_note",
        sa.Column("id", whole, autoincrement=False, nullable=False),
        sa.Column("place_id", whole, nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_private_note_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_note")),
        sa.UniqueConstraint("place_id", name=op.f("uq_private_note_place_id")),
    )
    op.add_column("form_window", sa.Column("rests_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("form_window", sa.Column("rested", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.execute("ALTER TABLE form_window DROP COLUMN rested")
    op.execute("ALTER TABLE form_window DROP COLUMN rests_since")
    op.drop_table("private_note")
