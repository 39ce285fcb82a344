"""before booking, preparation notes, complaints, and who looks after a case that waits

Revision: 0023, after 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LED_TO = (
    ("care_case", "about_id", "person"),
    ("care_case", "deputy_id", "person"),
    ("decision", "carried_to_id", "gathering"),
)


def upgrade() -> None:
    for table, column, target in LED_TO:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} BIGINT CONSTRAINT fk_{table}_{column} REFERENCES {target} (id)"
        )
    op.add_column("care_case", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("care_case", sa.Column("withheld", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(op.f("ix_care_case_deputy_id"), "care_case", ["deputy_id"])
    op.add_column("intention_answer", sa.Column("also", sa.String(), server_default="", nullable=False))
    op.add_column("gathering", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    _tables_of_asking()
    _tables_of_complaints()
    _tables_of_preparing()


def _tables_of_asking() -> None:
    op.create_table(
        "early_question",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("gathering_id", BIG, nullable=False),
        sa.Column("form_key", sa.String(), nullable=False),
        sa.Column("found_by", sa.String(), nullable=True),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("may_publish", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late_told", sa.Boolean(), nullable=False),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", BIG, nullable=True),
        sa.Column("back_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["gathering_id"], ["gathering.id"], name=op.f("fk_early_question_gathering_id")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_early_question_answered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_early_question")),
        sa.UniqueConstraint("form_key", name=op.f("uq_early_question_form_key")),
    )
    op.create_index(op.f("ix_early_question_found_by"), "early_question", ["found_by"])
    op.create_index(op.f("ix_early_question_gathering_id"), "early_question", ["gathering_id"])
    op.create_table(
        "page_answer",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("gathering_id", BIG, nullable=False),
        sa.Column("early_question_id", BIG, nullable=True),
        sa.Column("need_id", BIG, nullable=True),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["gathering_id"], ["gathering.id"], name=op.f("fk_page_answer_gathering_id")),
        sa.ForeignKeyConstraint(
            ["early_question_id"], ["early_question.id"], name=op.f("fk_page_answer_early_question_id")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_page_answer_need_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_answer")),
        sa.UniqueConstraint("early_question_id", name=op.f("uq_page_answer_early_question_id")),
        sa.UniqueConstraint("need_id", name=op.f("uq_page_answer_need_id")),
    )
    op.create_index(op.f("ix_page_answer_gathering_id"), "page_answer", ["gathering_id"])
    op.create_table(
        "loop_rules",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("gathering_id", BIG, nullable=True),
        sa.Column("answer_days", sa.Integer(), nullable=True),
        sa.Column("deputy_id", BIG, nullable=True),
        sa.Column("reader_id", BIG, nullable=True),
        sa.Column("professional", sa.JSON(), nullable=False),
        sa.Column("professional_url", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["gathering_id"], ["gathering.id"], name=op.f("fk_loop_rules_gathering_id")),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_loop_rules_deputy_id")),
        sa.ForeignKeyConstraint(["reader_id"], ["person.id"], name=op.f("fk_loop_rules_reader_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loop_rules")),
        sa.UniqueConstraint("gathering_id", name=op.f("uq_loop_rules_gathering_id")),
    )


def _tables_of_complaints() -> None:
    op.create_table(
        "complaint",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("form_key", sa.String(), nullable=False),
        sa.Column("found_by", sa.String(), nullable=True),
        sa.Column("gathering_id", BIG, nullable=True),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("about_id", BIG, nullable=True),
        sa.Column("reader_id", BIG, nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledge_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_told", sa.Integer(), nullable=False),
        sa.CheckConstraint("about IN ('house', 'person', 'care', 'organiser')", name=op.f("ck_complaint_about_known")),
        sa.ForeignKeyConstraint(["gathering_id"], ["gathering.id"], name=op.f("fk_complaint_gathering_id")),
        sa.ForeignKeyConstraint(["about_id"], ["person.id"], name=op.f("fk_complaint_about_id")),
        sa.ForeignKeyConstraint(["reader_id"], ["person.id"], name=op.f("fk_complaint_reader_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("form_key", name=op.f("uq_complaint_form_key")),
    )
    op.create_index(op.f("ix_complaint_gathering_id"), "complaint", ["gathering_id"])
    op.create_index(op.f("ix_complaint_found_by"), "complaint", ["found_by"])
    op.create_index(op.f("ix_complaint_reader_id"), "complaint", ["reader_id"])
    op.create_table(
        "complaint_line",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("complaint_id", BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('acknowledged', 'answered', 'more', 'note')",
            name=op.f("ck_complaint_line_kind_known"),
        ),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_line_complaint_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_complaint_line_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_line")),
    )
    op.create_index(op.f("ix_complaint_line_complaint_id"), "complaint_line", ["complaint_id"])


def _tables_of_preparing() -> None:
    op.create_table(
        "preparation_note",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("gathering_id", BIG, nullable=False),
        sa.Column("plan_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("written_by_id", BIG, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["gathering_id"], ["gathering.id"], name=op.f("fk_preparation_note_gathering_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_preparation_note_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preparation_note")),
        sa.UniqueConstraint("gathering_id", name=op.f("uq_preparation_note_gathering_id")),
    )
    op.create_table(
        "note_item",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("note_id", BIG, nullable=False),
        sa.Column("answer_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["preparation_note.id"], name=op.f("fk_note_item_note_id")),
        sa.ForeignKeyConstraint(["answer_id"], ["intention_answer.id"], name=op.f("fk_note_item_answer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_item")),
        sa.UniqueConstraint("note_id", "answer_id", name=op.f("uq_note_item_note_id_answer_id")),
    )
    op.create_index(op.f("ix_note_item_note_id"), "note_item", ["note_id"])
    op.create_index(op.f("ix_note_item_answer_id"), "note_item", ["answer_id"])
    op.create_table(
        "care_release",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("to_id", BIG, nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["care_case.id"], name=op.f("fk_care_release_case_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_care_release_by_id")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_care_release_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_release")),
    )
    op.create_index(op.f("ix_care_release_case_id"), "care_release", ["case_id"])
    op.create_index(op.f("ix_care_release_to_id"), "care_release", ["to_id"])


def downgrade() -> None:
    for table in ("care_release", "note_item", "preparation_note", "complaint_line", "complaint", "loop_rules",
                  "page_answer", "early_question"):  # fmt: skip
        op.drop_table(table)
    op.execute("ALTER TABLE gathering DROP COLUMN paused_at")
    op.drop_column("intention_answer", "also")
    op.drop_index(op.f("ix_care_case_deputy_id"), "care_case")
    for table, column, _ in (*LED_TO, ("care_case", "withheld", ""), ("care_case", "seen_at", "")):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
