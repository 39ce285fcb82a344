"""loop

Revision: 0002, after 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_access_note_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_note")),
        sa.UniqueConstraint("actor_id", "what", "day", name=op.f("uq_access_note_actor_id_what_day")),
    )
    with op.batch_alter_table("access_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_note_what"), ["what"], unique=False)

    op.create_table(
        "form_window",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("gathering_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("form_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attended", sa.Integer(), nullable=False),
        sa.Column("offers_unnamed", sa.Boolean(), nullable=False),
        sa.Column("digest_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digests", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_form_window_form_id")),
        sa.ForeignKeyConstraint(["gathering_id"], ["gathering.id"], name=op.f("fk_form_window_gathering_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_window")),
        sa.UniqueConstraint("gathering_id", "occasion", name=op.f("uq_form_window_gathering_id_occasion")),
    )
    with op.batch_alter_table("form_window", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_form_window_gathering_id"), ["gathering_id"], unique=False)

    op.create_table(
        "loop_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("gathering_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["gathering_id"], ["gathering.id"], name=op.f("fk_loop_step_gathering_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loop_step")),
        sa.UniqueConstraint("gathering_id", "step", name=op.f("uq_loop_step_gathering_id_step")),
    )
    with op.batch_alter_table("loop_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_loop_step_gathering_id"), ["gathering_id"], unique=False)

    op.create_table(
        "reflection",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("gathering_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("form_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_reflection_form_id")),
        sa.ForeignKeyConstraint(["gathering_id"], ["gathering.id"], name=op.f("fk_reflection_gathering_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reflection_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reflection")),
        sa.UniqueConstraint("gathering_id", "person_id", name=op.f("uq_reflection_gathering_id_person_id")),
    )
    with op.batch_alter_table("reflection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reflection_gathering_id"), ["gathering_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reflection_person_id"), ["person_id"], unique=False)

    op.create_table(
        "batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("window_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["window_id"], ["form_window.id"], name=op.f("fk_batch_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("window_id", "number", name=op.f("uq_batch_window_id_number")),
    )
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_window_id"), ["window_id"], unique=False)

    op.create_table(
        "sealed_answer",
        sa.Column("locator", sa.LargeBinary(length=20), nullable=False),
        sa.Column("window_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("wish", sa.String(), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["window_id"], ["form_window.id"], name=op.f("fk_sealed_answer_window_id")),
        sa.PrimaryKeyConstraint("locator", name=op.f("pk_sealed_answer")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("sealed_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sealed_answer_window_id"), ["window_id"], unique=False)

    op.create_table(
        "spent_locator",
        sa.Column("locator", sa.LargeBinary(length=20), nullable=False),
        sa.Column("window_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["window_id"], ["form_window.id"], name=op.f("fk_spent_locator_window_id")),
        sa.PrimaryKeyConstraint("locator", name=op.f("pk_spent_locator")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("spent_locator", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_spent_locator_window_id"), ["window_id"], unique=False)

    op.create_table(
        "answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_answer_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "reading",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_reading_batch_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reading_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
        sa.UniqueConstraint("batch_id", "person_id", name=op.f("uq_reading_batch_id_person_id")),
    )
    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reading_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reading_person_id"), ["person_id"], unique=False)

    op.create_table(
        "care_case",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("gathering_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("locator", sa.LargeBinary(length=20), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("choice", sa.String(), nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("way_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alerted", sa.Boolean(), nullable=False),
        sa.Column("overdue_told", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state IN ('raised', 'seen', 'offered', 'in_hand', 'closed')", name=op.f("ck_care_case_state_known")
        ),
        sa.ForeignKeyConstraint(["gathering_id"], ["gathering.id"], name=op.f("fk_care_case_gathering_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_care_case_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_case")),
        sa.UniqueConstraint("locator", name=op.f("uq_care_case_locator")),
    )
    with op.batch_alter_table("care_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_care_case_gathering_id"), ["gathering_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_care_case_place_id"), ["place_id"], unique=False)

    op.create_table(
        "intention_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_intention_answer_place_id")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_intention_answer_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intention_answer")),
        sa.UniqueConstraint("place_id", "question_id", name=op.f("uq_intention_answer_place_id_question_id")),
    )
    with op.batch_alter_table("intention_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intention_answer_place_id"), ["place_id"], unique=False)

    op.create_table(
        "need",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("mark", sa.String(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("marked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "mark IS NULL OR mark IN ('will', 'cannot', 'talk', 'answered')", name=op.f("ck_need_mark_known")
        ),
        sa.ForeignKeyConstraint(["marked_by_id"], ["person.id"], name=op.f("fk_need_marked_by_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_need_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
        sa.UniqueConstraint("place_id", "key", name=op.f("uq_need_place_id_key")),
    )
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_place_id"), ["place_id"], unique=False)

    op.create_table(
        "point",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("locator", sa.LargeBinary(length=20), nullable=True),
        sa.Column("wants_reply", sa.Boolean(), nullable=False),
        sa.Column("may_quote", sa.Boolean(), nullable=False),
        sa.Column("may_supervise", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('thanks', 'change', 'question', 'sharing')", name=op.f("ck_point_kind_known")),
        sa.CheckConstraint(
            "state IN ('released', 'read', 'acknowledged', 'answered', 'decided', 'made', 'shown', 'told', 'reopened', 'confirmed', 'lapsed', 'unmet', 'withdrawn')",
            name=op.f("ck_point_state_known"),
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_point_batch_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_point_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point")),
        sa.UniqueConstraint("locator", name=op.f("uq_point_locator")),
    )
    with op.batch_alter_table("point", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_point_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_point_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_point_state"), ["state"], unique=False)

    op.create_table(
        "care_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["care_case.id"], name=op.f("fk_care_note_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_care_note_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_note")),
    )
    with op.batch_alter_table("care_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_care_note_case_id"), ["case_id"], unique=False)

    op.create_table(
        "decision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("gathering_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("point_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('will_change', 'already_so', 'will_not', 'need_to_talk')", name=op.f("ck_decision_kind_known")
        ),
        sa.ForeignKeyConstraint(["gathering_id"], ["gathering.id"], name=op.f("fk_decision_gathering_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_decision_owner_id")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_decision_point_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_gathering_id"), ["gathering_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_point_id"), ["point_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("point_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("visible_after", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("side IN ('staff', 'author')", name=op.f("ck_message_side_known")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_message_point_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["person.id"], name=op.f("fk_message_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_point_id"), ["point_id"], unique=False)

    op.create_table(
        "point_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("point_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_point_step_point_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["person.id"], name=op.f("fk_point_step_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_step")),
    )
    with op.batch_alter_table("point_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_point_step_point_id"), ["point_id"], unique=False)

    op.create_table(
        "verdict",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("point_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("met", sa.String(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("visible_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_in", sa.Boolean(), nullable=False),
        sa.CheckConstraint("met IN ('met', 'partly', 'not')", name=op.f("ck_verdict_met_known")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_verdict_point_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict")),
        sa.UniqueConstraint("point_id", "round", name=op.f("uq_verdict_point_id_round")),
    )
    with op.batch_alter_table("verdict", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_verdict_point_id"), ["point_id"], unique=False)

    op.create_table(
        "change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_on", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.JSON(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_change_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_decision_id"), ["decision_id"], unique=False)

    op.create_table(
        "change_shown",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("change_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gathering_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_change_shown_change_id")),
        sa.ForeignKeyConstraint(["gathering_id"], ["gathering.id"], name=op.f("fk_change_shown_gathering_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_shown")),
        sa.UniqueConstraint("change_id", "gathering_id", name=op.f("uq_change_shown_change_id_gathering_id")),
    )
    with op.batch_alter_table("change_shown", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_shown_change_id"), ["change_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_change_shown_gathering_id"), ["gathering_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("change_shown", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_change_shown_gathering_id"))
        batch_op.drop_index(batch_op.f("ix_change_shown_change_id"))

    op.drop_table("change_shown")
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_change_decision_id"))

    op.drop_table("change")
    with op.batch_alter_table("verdict", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_verdict_point_id"))

    op.drop_table("verdict")
    with op.batch_alter_table("point_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_point_step_point_id"))

    op.drop_table("point_step")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_point_id"))

    op.drop_table("message")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_point_id"))
        batch_op.drop_index(batch_op.f("ix_decision_gathering_id"))

    op.drop_table("decision")
    with op.batch_alter_table("care_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_care_note_case_id"))

    op.drop_table("care_note")
    with op.batch_alter_table("point", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_point_state"))
        batch_op.drop_index(batch_op.f("ix_point_place_id"))
        batch_op.drop_index(batch_op.f("ix_point_batch_id"))

    op.drop_table("point")
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_place_id"))

    op.drop_table("need")
    with op.batch_alter_table("intention_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_intention_answer_place_id"))

    op.drop_table("intention_answer")
    with op.batch_alter_table("care_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_care_case_place_id"))
        batch_op.drop_index(batch_op.f("ix_care_case_gathering_id"))

    op.drop_table("care_case")
    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reading_person_id"))
        batch_op.drop_index(batch_op.f("ix_reading_batch_id"))

    op.drop_table("reading")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_batch_id"))

    op.drop_table("answer")
    with op.batch_alter_table("spent_locator", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_spent_locator_window_id"))

    op.drop_table("spent_locator")
    with op.batch_alter_table("sealed_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sealed_answer_window_id"))

    op.drop_table("sealed_answer")
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batch_window_id"))

    op.drop_table("batch")
    with op.batch_alter_table("reflection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reflection_person_id"))
        batch_op.drop_index(batch_op.f("ix_reflection_gathering_id"))

    op.drop_table("reflection")
    with op.batch_alter_table("loop_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_loop_step_gathering_id"))

    op.drop_table("loop_step")
    with op.batch_alter_table("form_window", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_form_window_gathering_id"))

    op.drop_table("form_window")
    with op.batch_alter_table("access_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_note_what"))

    op.drop_table("access_note")
