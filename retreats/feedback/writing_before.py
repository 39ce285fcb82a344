"""Which letters follow from what is asked, needed, noted and complained about. None of them holds what somebody wrote in
confidence; what was answered goes to whom it was answered.
"""

from __future__ import annotations

from sqlalchemy import select

from retreats import clock
from retreats.accounts import queries as people
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.events import (
    BookingPaused,
    CareWordsReleased,
    ComplaintAcknowledged,
    ComplaintAdded,
    ComplaintAnswered,
    ComplaintFiled,
    ComplaintLate,
    EarlyQuestionAnswered,
    EarlyQuestionAsked,
    EarlyQuestionLate,
    EarlyQuestionReturned,
    IntentionReminded,
    NeedsLate,
    PreparationSent,
)
from retreats.feedback.models import CareRelease, Complaint, EarlyQuestion
from retreats.feedback.people import attended, day_of_start, leaders_of
from retreats.mail.service import write


def question_taken(event: EarlyQuestionAsked) -> None:
    """To who asked: it has arrived, and by when it is answered."""
    _to_asker(event.question_id, "feedback.question_taken", f"{event.question_id}")


def question_answered(event: EarlyQuestionAnswered) -> None:
    """To who asked: the answer."""
    _to_asker(event.question_id, "feedback.question_answered", f"{event.question_id}:{event.turn}", turn=event.turn)


def question_waits(event: EarlyQuestionAsked | EarlyQuestionReturned) -> None:
    """To those who lead: somebody asks before booking, or wrote back."""
    turn = 2 if isinstance(event, EarlyQuestionReturned) else 1
    for person in leaders_of(db.session.get_one(Gathering, event.gathering_id)):
        _to_person(person, "feedback.question_waits", f"{event.question_id}:{turn}:{person.id}",
                   question_id=event.question_id)  # fmt: skip


def question_late(event: EarlyQuestionLate) -> None:
    """To the organisers: an answer that was promised is late."""
    for person in people.with_role("organiser"):
        _to_person(person, "feedback.question_late", f"{event.question_id}:{person.id}", question_id=event.question_id)


def intention_reminded(event: IntentionReminded) -> None:
    """To everybody who has a place, alike."""
    _to_places(event.gathering_id, "feedback.intention_reminder", f":{day_of_start(event.gathering_id)}")


def note_sent(event: PreparationSent) -> None:
    """To everybody who has a place, alike: the note stands on their page."""
    _to_places(event.gathering_id, "feedback.preparation")


def needs_late(event: NeedsLate) -> None:
    """To the organisers: what people need has no answer a day before the start."""
    when = day_of_start(event.gathering_id)
    for person in people.with_role("organiser"):
        _to_person(person, "feedback.needs_late", f"{event.gathering_id}:{when}:{person.id}",
                   gathering_id=event.gathering_id)  # fmt: skip


def booking_paused(event: BookingPaused) -> None:
    """To the organisers: nobody can book before there is a care contact."""
    for person in people.with_role("organiser"):
        _to_person(person, "feedback.booking_paused", f"{event.gathering_id}:{person.id}:{int(clock.now().timestamp())}",
                   gathering_id=event.gathering_id)  # fmt: skip


def words_released(event: CareWordsReleased) -> None:
    """To somebody who leads: the care contact lets them know something."""
    release = db.session.get_one(CareRelease, event.release_id)
    _to_person(release.to, "feedback.care_words", f"{release.id}", release_id=release.id)


def complaint_filed(event: ComplaintFiled) -> None:
    """To its reader, that one waits; to its author, where they left an address, that it has arrived."""
    found = db.session.get_one(Complaint, event.complaint_id)
    _to_reader(found, f"{found.id}:{found.reader_id}")
    _to_author(found, "feedback.complaint_taken", f"{found.id}")


def complaint_added(event: ComplaintAdded) -> None:
    """To its reader: its author has written more."""
    found = db.session.get_one(Complaint, event.complaint_id)
    _to_reader(found, f"{event.line_id}:{found.reader_id}")


def complaint_moved(event: ComplaintAcknowledged | ComplaintAnswered) -> None:
    """To its author: there is something to read."""
    found = db.session.get_one(Complaint, event.complaint_id)
    which = f"answered:{event.line_id}" if isinstance(event, ComplaintAnswered) else "acknowledged"
    _to_author(found, "feedback.complaint_moved", f"{found.id}:{which}")


def complaint_late(event: ComplaintLate) -> None:
    """To its reader, and to those organisers whom it is not about: a date has passed. Nothing of what."""
    found = db.session.get_one(Complaint, event.complaint_id)
    told = {found.reader_id: found.reader}
    if found.about != "organiser":
        told |= {each.id: each for each in people.with_role("organiser") if each.id != found.about_id}
    for person in told.values():
        _to_person(person, "feedback.complaint_late", f"{found.id}:{event.which}:{person.id}", complaint_id=found.id)


def _to_asker(question_id: int, kind: str, occasion: str, **about: int) -> None:
    found = db.session.scalars(select(EarlyQuestion).where(EarlyQuestion.id == question_id)).one()
    if found.email_sealed is not None:
        write(kind, occasion=occasion, shelf=f"asked:{found.id}", language=found.language,
              about={"question_id": found.id, **about})  # fmt: skip


def _to_author(complaint: Complaint, kind: str, occasion: str) -> None:
    if complaint.email_sealed is not None:
        write(kind, occasion=occasion, shelf=f"complaint:{complaint.id}", language=complaint.language,
              about={"complaint_id": complaint.id})  # fmt: skip


def _to_reader(complaint: Complaint, occasion: str) -> None:
    _to_person(complaint.reader, "feedback.complaint_waits", occasion, complaint_id=complaint.id)


def _to_places(gathering_id: int, kind: str, when: str = "") -> None:
    for place in attended(gathering_id):
        write(kind, occasion=f"{place.id}{when}", shelf=f"place:{place.id}", language=place.language,
              about={"place_id": place.id})  # fmt: skip


def _to_person(person: Person, kind: str, occasion: str, **about: int) -> None:
    write(kind, occasion=occasion, shelf=f"person:{person.id}", language=person.language,
          about={"person_id": person.id, **about})  # fmt: skip
