"""What the letters about asking, preparing, care and complaints are composed from."""

from __future__ import annotations

from datetime import timedelta

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import new_id, writing
from retreats.feedback.models import CareRelease, Complaint, EarlyQuestion


def things_to_write_about(june: Gathering, kind: str, language: str, person_id: int) -> dict[str, int]:
    """Ids for a letter of this kind: one question, one complaint and one word from the care contact."""
    now = clock.now()
    with writing() as session:
        question = EarlyQuestion(id=new_id(), gathering_id=june.id, form_key=f"{new_id():x}", language=language, asked_at=now,
                                 due_at=now + timedelta(days=3))  # fmt: skip
        question.name, question.email, question.text = "Rui", "rui@example.org", "Is there a lift?"
        if kind == "feedback.question_answered":
            question.answer, question.answered_at, question.answered_by_id = "There is, to every floor.", now, person_id
        complaint = Complaint(id=new_id(), form_key=f"{new_id():x}", about="house", language=language, filed_at=now,
                              reader_id=person_id, acknowledge_by=now + timedelta(days=3),
                              answer_by=now + timedelta(days=21))  # fmt: skip
        complaint.text, complaint.name, complaint.email = "The stairs were dark", "Rui", "rui@example.org"
        release = CareRelease(id=new_id(), case_id=7, by_id=person_id, to_id=person_id, written_at=now)
        release.text = "Somebody needs more time"
        session.add_all([question, complaint, release])
        if kind == "feedback.booking_paused":
            session.get_one(Gathering, june.id).paused_at = now
        assert session.get_one(Person, person_id)
        return {"question_id": question.id, "complaint_id": complaint.id, "release_id": release.id, "turn": 1}
