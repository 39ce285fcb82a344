"""The preparation note: what the group hopes for, asks and brings goes back to it, with how the plan takes it up."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload, selectinload

from retreats import clock
from retreats.accounts.models import Person
from retreats.booking.models import Place
from retreats.booking.queries import attends
from retreats.catalogue.models import Gathering
from retreats.db import db, new_id
from retreats.events import PreparationDrafted, PreparationSent
from retreats.feedback.models import IntentionAnswer, NoteItem, PreparationNote
from retreats.feedback.people import how_many_attended
from retreats.feedback.service.release import ENOUGH
from retreats.outbox import emit
from retreats.questions.models import Question
from retreats.refusals import NotFound, Refusal

GOES_BACK = ("A1", "A5", "A8")
"""Hopes, questions and strengths: each goes back only where its author allowed it."""


class TooFewToShow(Refusal):
    """Fewer than five people have a place: only the facilitator's own words, so that nobody can be guessed."""

    code = "too_few_to_show"


class NoteIsOut(Refusal):
    """It stands on everybody's page already."""

    code = "note_is_out"


class PlanMissing(Refusal):
    """Without how the plan takes it up there is nothing to send."""

    code = "plan_missing"
    status = 422


class HasBegun(Refusal):
    """It has begun, or was called off: what is prepared is prepared."""

    code = "has_begun"


def offered(gathering_id: int) -> list[IntentionAnswer]:
    """What may go back to this group, by question; among the answers to one question in no telling order."""
    found = db.session.scalars(
        select(IntentionAnswer)
        .join(Place, Place.id == IntentionAnswer.place_id)
        .join(Question, Question.id == IntentionAnswer.question_id)
        .where(Place.gathering_id == gathering_id, attends(), Question.key.in_(GOES_BACK))
        .options(joinedload(IntentionAnswer.question))
        .order_by(Question.key, IntentionAnswer.id)
    )
    return [each for each in found if may_go_back(each)]


def may_go_back(answer: IntentionAnswer) -> bool:
    """Whether its author lets the group read it, without their name."""
    return "back" in answer.also.split(",")


def shows_words(gathering_id: int) -> bool:
    """Whether enough people have a place for what they said to be shown to the group."""
    return how_many_attended(gathering_id) >= ENOUGH


def draft(gathering_id: int, plan: str, answer_ids: set[int], *, by: Person) -> PreparationNote:
    """Keep a draft, in place of the one before. What is chosen is shuffled.

    Raises HasBegun, NoteIsOut, TooFewToShow, and NotFound for what its author did not let go.
    """
    gathering = db.session.get_one(Gathering, gathering_id, with_for_update=True)
    if is_past(gathering):
        raise HasBegun
    if answer_ids and not shows_words(gathering_id):
        raise TooFewToShow
    if answer_ids - {each.id for each in offered(gathering_id)}:
        raise NotFound
    note = note_of(gathering_id)
    if note is not None and note.sent_at is not None:
        raise NoteIsOut
    if note is None:
        note = PreparationNote(id=new_id(), gathering_id=gathering_id)
        db.session.add(note)
    note.plan, note.written_by_id, note.written_at = plan, by.id, clock.now()
    db.session.flush()
    db.session.execute(delete(NoteItem).where(NoteItem.note_id == note.id))
    db.session.expire(note, ["items"])
    db.session.add_all([NoteItem(id=new_id(), note_id=note.id, answer_id=each) for each in sorted(answer_ids)])
    db.session.flush()
    emit(PreparationDrafted(gathering_id=gathering_id, person_id=by.id))
    return note


def send(gathering_id: int, *, by: Person) -> None:
    """Let it stand on everybody's page and tell everybody, alike; pressed twice it is sent once.

    Raises HasBegun, PlanMissing, TooFewToShow when people gave their places back meanwhile.
    """
    gathering = db.session.get_one(Gathering, gathering_id, with_for_update=True)
    note = note_of(gathering_id)
    if note is None or not note.plan:
        raise PlanMissing
    if note.sent_at is not None:
        return
    if is_past(gathering):
        raise HasBegun
    if note.items and not shows_words(gathering_id):
        raise TooFewToShow
    note.sent_at = clock.now()
    db.session.flush()
    emit(PreparationSent(gathering_id=gathering_id, person_id=by.id))


def is_past(gathering: Gathering) -> bool:
    """Whether nothing is prepared any more."""
    return gathering.state == "cancelled" or gathering.has_begun(clock.now())


def note_of(gathering_id: int) -> PreparationNote | None:
    """The note, be it a draft or out."""
    return db.session.scalar(
        select(PreparationNote)
        .where(PreparationNote.gathering_id == gathering_id)
        .options(
            joinedload(PreparationNote.written_by),
            selectinload(PreparationNote.items).joinedload(NoteItem.answer).joinedload(IntentionAnswer.question),
        )
        .execution_options(populate_existing=True)
    )


def words_of(note: PreparationNote) -> list[tuple[str, list[str]]]:
    """What stands in it, by question, shuffled once for all; what its author has taken back since is left out."""
    found: dict[str, list[str]] = {key: [] for key in GOES_BACK}
    for item in note.items:
        if may_go_back(item.answer) and item.answer.value:
            found[item.answer.question.key].append(item.answer.value)
    return [(key, texts) for key, texts in found.items() if texts]


def let_go(answer_ids: list[int]) -> None:
    """These answers are about to go: they leave every note."""
    db.session.execute(delete(NoteItem).where(NoteItem.answer_id.in_(answer_ids)))
