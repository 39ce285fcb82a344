"""What the loop keeps under somebody's name, for export, for forgetting and for merging. Sealed and unnamed words are not reachable
from a person: they are found by their own link only, and the page says so.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, select, update

from retreats.accounts import access
from retreats.booking.entrusted import entrusted_places
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback.models import (
    CareCase,
    CareNote,
    CheckIn,
    Decision,
    IntentionAnswer,
    Message,
    Need,
    Point,
    PointStep,
    PooledWords,
    PoolReader,
    PrivateNote,
    Reading,
    Reflection,
    TalkWish,
)
from retreats.feedback.service import before_personal, personal_facilitators
from retreats.feedback.service.author import erase
from retreats.feedback.service.care_more import let_go
from retreats.questions.models import Question


def export(person_id: int) -> dict[str, Any]:
    """What stands under this person's name: intentions and needs, signed words, what they told the care contact by
    name, and, of facilitators, their own reflections and replies.
    """
    places = _places(person_id)
    return {
        "intentions": [
            {"question": question.key, "answer": answer.value}
            for answer, question in db.session.execute(
                select(IntentionAnswer, Question)
                .join(Question, Question.id == IntentionAnswer.question_id)
                .where(IntentionAnswer.place_id.in_(places))
            )
        ],
        "notes_to_oneself": [
            {"text": note.text}
            for note in db.session.scalars(select(PrivateNote).where(PrivateNote.place_id.in_(places)))
        ],
        "needs": [
            {"need": need.key, "text": need.text, "mark": need.mark, "note": need.note}
            for need in db.session.scalars(select(Need).where(Need.place_id.in_(places)))
        ],
        "talks": [
            {"asked_at": wish.asked_at, "met_at": wish.met_at}
            for wish in db.session.scalars(select(TalkWish).where(TalkWish.place_id.in_(places)))
        ],
        "signed": _signed(places),
        "told_to_care_contact": [
            {"question": case.source, "text": case.text, "state": case.state}
            for case in db.session.scalars(select(CareCase).where(CareCase.place_id.in_(places)))
        ],
        **before_personal.export(person_id),
        "reflections": [
            {"answers": each.answers}
            for each in db.session.scalars(select(Reflection).where(Reflection.person_id == person_id))
        ],
        "replies": [
            {"text": each.text} for each in db.session.scalars(select(Message).where(Message.staff_id == person_id))
        ],
        **personal_facilitators.export(person_id),
    }


def _signed(places: list[int]) -> list[dict[str, Any]]:
    """Words with their name, also those that were pooled."""
    released = [
        {"question": point.question, "text": point.text, "state": point.state}
        for point in db.session.scalars(select(Point).where(Point.place_id.in_(places)))
    ]
    pooled = db.session.scalars(select(PooledWords).where(PooledWords.place_id.in_(places)))
    return released + [{"question": each.question, "text": each.text, "state": "pooled"} for each in pooled]


def forget(person_id: int) -> None:
    """Erase all of it. Replies that a facilitator gave to others stay with those they were given to, unsigned notes go."""
    places = entrusted_places(person_id)
    before_personal.forget(person_id, places)
    db.session.execute(delete(IntentionAnswer).where(IntentionAnswer.place_id.in_(places)))
    db.session.execute(delete(Need).where(Need.place_id.in_(places)))
    db.session.execute(delete(PrivateNote).where(PrivateNote.place_id.in_(places)))
    db.session.execute(delete(TalkWish).where(TalkWish.place_id.in_(places)))
    for point in db.session.scalars(select(Point).where(Point.place_id.in_(places))):
        erase(point)
    db.session.execute(delete(PooledWords).where(PooledWords.place_id.in_(places)))
    for case in db.session.scalars(select(CareCase).where(CareCase.place_id.in_(places))):
        let_go([case.id])
        case.text, case.way, case.place_id, case.state, case.outcome = None, None, None, "closed", "nothing_asked"
    db.session.execute(delete(Reflection).where(Reflection.person_id == person_id))
    personal_facilitators.forget(person_id)
    db.session.flush()


def both_looked_back(old_id: int, new_id: int) -> list[Gathering]:
    """Gatherings on which both of these wrote a look back of their own."""
    found = select(Reflection.gathering_id).where(Reflection.person_id.in_((old_id, new_id)))
    twice = found.group_by(Reflection.gathering_id).having(func.count() > 1)
    return list(db.session.scalars(select(Gathering).where(Gathering.id.in_(twice))))


def take_over(old_id: int, new_id: int) -> None:
    """What `old` did as facilitator or care contact is `new`'s from now on.

    What participants said hangs on their places and is not touched. Two look backs on one gathering are for the caller
    to refuse (`both_looked_back`).
    """
    seen = select(Reading.batch_id).where(Reading.person_id == new_id)
    db.session.execute(delete(Reading).where(Reading.person_id == old_id, Reading.batch_id.in_(seen)))
    pools = select(PoolReader.pool_id).where(PoolReader.person_id == new_id)
    db.session.execute(delete(PoolReader).where(PoolReader.person_id == old_id, PoolReader.pool_id.in_(pools)))
    access.take_over(old_id, new_id)
    before_personal.take_over(old_id, new_id)
    personal_facilitators.take_over(old_id, new_id)
    for table, column in (
        (Need, "marked_by_id"),
        (CareNote, "person_id"),
        (Reading, "person_id"),
        (PoolReader, "person_id"),
        (Decision, "owner_id"),
        (PointStep, "staff_id"),
        (Message, "staff_id"),
        (Point, "to_id"),
        (Reflection, "person_id"),
        (TalkWish, "met_by_id"),
        (CheckIn, "said_by_id"),
    ):
        db.session.execute(update(table).where(getattr(table, column) == old_id).values({column: new_id}))


def _places(person_id: int) -> list[int]:
    """The places in which somebody is the attendee."""
    return list(db.session.scalars(select(Place.id).where(Place.person_id == person_id)))


def looks_at(person_id: int) -> list[access.AccessNote]:
    """Who looked at what they told the care contact by name, and on which day, the latest first."""
    cases = db.session.scalars(select(CareCase.id).where(CareCase.place_id.in_(_places(person_id)))).all()
    return access.looks_at([f"care_case:{each}" for each in cases])
