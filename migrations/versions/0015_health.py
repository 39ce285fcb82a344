"""health: questions about it, consents, answers apart from others, and why somebody looked

Revision: 0015, after 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("question", sa.Column("about_health", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("access_note", sa.Column("why", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "health_consent",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("place_id", BIG, nullable=False),
        sa.Column("wording", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_health_consent_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_consent")),
        sa.UniqueConstraint("place_id", name=op.f("uq_health_consent_place_id")),
    )
    op.create_table(
        "health_reader",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("consent_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["consent_id"], ["health_consent.id"], name=op.f("fk_health_reader_consent_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_health_reader_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_reader")),
        sa.UniqueConstraint("consent_id", "person_id", name=op.f("uq_health_reader_consent_id_person_id")),
    )
    op.create_index(op.f("ix_health_reader_consent_id"), "health_reader", ["consent_id"])
    op.create_index(op.f("ix_health_reader_person_id"), "health_reader", ["person_id"])
    op.create_table(
        "health_answer",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("place_id", BIG, nullable=False),
        sa.Column("question_id", BIG, nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_health_answer_place_id")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_health_answer_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_answer")),
        sa.UniqueConstraint("place_id", "question_id", name=op.f("uq_health_answer_place_id_question_id")),
    )
    op.create_index(op.f("ix_health_answer_place_id"), "health_answer", ["place_id"])


def downgrade() -> None:
    op.drop_table("health_answer")
    op.drop_table("health_reader")
    op.drop_table("health_consent")
    with op.batch_alter_table("access_note") as table:
        table.drop_column("why")
    with op.batch_alter_table("question") as table:
        table.drop_column("about_health")
