"""the yearly pool of words that too few accompanied, how many answers a form asks for, and published learning reports

Revision: 0024, after 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("form_window", sa.Column("enough", sa.Integer(), server_default="5", nullable=False))
    op.create_index("ix_answer_question_batch_id", "answer", ["question", "batch_id"])
    op.create_table(
        "pool",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("gatherings", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "pool_reader",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("pool_id", sa.BigInteger(), sa.ForeignKey("pool.id"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), sa.ForeignKey("person.id"), nullable=False),
        sa.UniqueConstraint("pool_id", "person_id"),
    )
    op.create_index("ix_pool_reader_person_id", "pool_reader", ["person_id"])
    op.create_table(
        "pooled_words",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("pool_id", sa.BigInteger(), sa.ForeignKey("pool.id"), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("place_id", sa.BigInteger(), sa.ForeignKey("place.id"), nullable=True),
        sa.Column("locator", sa.LargeBinary(20), nullable=True, unique=True),
    )
    op.create_index("ix_pooled_words_pool_id", "pooled_words", ["pool_id"])
    op.create_index("ix_pooled_words_place_id", "pooled_words", ["place_id"])
    op.create_table(
        "year_report",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("year", sa.Integer(), nullable=False, unique=True),
        sa.Column("frozen", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    for table in ("year_report", "pooled_words", "pool_reader", "pool"):
        op.drop_table(table)
    op.drop_index("ix_answer_question_batch_id", "answer")
    op.execute("ALTER TABLE form_window DROP COLUMN enough")
