"""What is somebody's of what was asked before booking, prepared, let known and complained about."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update

from retreats.accounts.models import Person
from retreats.db import db
from retreats.feedback.models import (
    CareCase,
    CareRelease,
    Complaint,
    ComplaintLine,
    EarlyQuestion,
    IntentionAnswer,
    LoopRules,
    Need,
    PreparationNote,
)
from retreats.feedback.service import asking, complaints
from retreats.feedback.service.on_page import take_needs_off_pages
from retreats.feedback.service.preparing import let_go


def export(person_id: int) -> dict[str, Any]:
    """Their questions and complaints, found by their address; and, of those who lead, what they were let know and wrote."""
    notes = select(PreparationNote).where(PreparationNote.written_by_id == person_id)
    return {
        "asked_before_booking": [_question(each) for each in _asked_by(person_id)],
        "complaints": [
            {
                "text": each.text,
                "written_at": each.filed_at,
                "answers": [{"text": line.text, "on": line.written_at} for line in each.lines if line.kind != "note"],
            }
            for each in _complained_by(person_id)
        ],
        "let_know": [
            {"text": each.text, "on": each.written_at}
            for each in db.session.scalars(select(CareRelease).where(CareRelease.to_id == person_id))
        ],
        "preparation_notes": [{"text": each.plan, "written_at": each.written_at} for each in db.session.scalars(notes)],
    }


def forget(person_id: int, place_ids: list[int]) -> None:
    """Erase it. What they answered to others stays with those; a note to a group is gone for everybody."""
    asking.empty(_asked_by(person_id))
    complaints.empty(_complained_by(person_id))
    let_go(list(db.session.scalars(select(IntentionAnswer.id).where(IntentionAnswer.place_id.in_(place_ids)))))
    take_needs_off_pages(list(db.session.scalars(select(Need.id).where(Need.place_id.in_(place_ids)))))
    for note in db.session.scalars(select(PreparationNote).where(PreparationNote.written_by_id == person_id)):
        note.plan = None
    db.session.execute(delete(CareRelease).where(CareRelease.to_id == person_id))
    db.session.flush()


def take_over(old_id: int, new_id: int) -> None:
    """What `old` answered, wrote, stands in for, reads, or what is about them, is `new`'s from now on."""
    for table, column in (
        (EarlyQuestion, "answered_by_id"),
        (PreparationNote, "written_by_id"),
        (LoopRules, "deputy_id"),
        (LoopRules, "reader_id"),
        (CareCase, "about_id"),
        (CareCase, "deputy_id"),
        (CareRelease, "by_id"),
        (CareRelease, "to_id"),
        (Complaint, "about_id"),
        (Complaint, "reader_id"),
        (ComplaintLine, "person_id"),
    ):
        db.session.execute(update(table).where(getattr(table, column) == old_id).values({column: new_id}))
    old, new = db.session.get_one(Person, old_id), db.session.get_one(Person, new_id)
    for table in (EarlyQuestion, Complaint):
        moved = update(table).where(table.found_by == asking.whose(old.email))
        db.session.execute(moved.values(found_by=asking.whose(new.email)))


def _question(each: EarlyQuestion) -> dict[str, Any]:
    return {"question": each.text, "answer": each.answer, "written_back": each.back, "last_answer": each.last,
            "may_publish": each.may_publish, "asked_at": each.asked_at}  # fmt: skip


def _asked_by(person_id: int) -> list[EarlyQuestion]:
    found_by = asking.whose(db.session.get_one(Person, person_id).email)
    return list(db.session.scalars(select(EarlyQuestion).where(EarlyQuestion.found_by == found_by)))


def _complained_by(person_id: int) -> list[Complaint]:
    found_by = asking.whose(db.session.get_one(Person, person_id).email)
    return list(db.session.scalars(select(Complaint).where(Complaint.found_by == found_by)))
