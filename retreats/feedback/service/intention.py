"""Before: what somebody hopes for and needs, and the facilitators' mark on each need."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from retreats import clock
from retreats.accounts.models import Person
from retreats.booking.models import Place
from retreats.booking.queries import attends
from retreats.catalogue.models import Gathering
from retreats.db import db, new_id
from retreats.events import IntentionGiven, NeedMarked
from retreats.feedback import own_link
from retreats.feedback.house_forms import house_form
from retreats.feedback.models import IntentionAnswer, Need
from retreats.feedback.service.care import forget_health_note, health_note
from retreats.feedback.service.hearing import hear
from retreats.feedback.service.on_page import allowing_the_page, take_needs_off_pages
from retreats.feedback.service.preparing import GOES_BACK, let_go
from retreats.feedback.service.turns import in_turn
from retreats.feedback.timeline import INTENTION_CLOSES
from retreats.outbox import emit
from retreats.questions.models import Form
from retreats.refusals import NotFound, Refusal

HEALTH, WISHES = "A6", "A2"
OWN_WORDS = ("A2_other", "A4", "A5")
"""Questions whose answer, in the person's own words, is a need that gets a mark."""


class IntentionClosed(Refusal):
    """The form before a gathering closes two days before it starts, so that there is time to answer."""

    code = "intention_closed"
    status = 410


class MarkNeedsReason(Refusal):
    """A need that cannot be met carries a reason, and a question its answer."""

    code = "mark_needs_reason"
    status = 422


@dataclass(frozen=True, kw_only=True)
class Intention:
    """What the form gave: answers by question key (several values joined by commas), and who may know of the health note."""

    answers: dict[str, str] = field(default_factory=dict)
    share_health: bool = False
    forget_health: bool = False
    """Take back what was told about health; without it, and without new words, that stays as it is."""
    also: dict[str, str] = field(default_factory=dict)
    """What else they allow for an answer, by question key: `back`, `page`, or both joined by a comma."""


def is_open(gathering: Gathering) -> bool:
    """Whether the form before it can still be filled in."""
    closes = INTENTION_CLOSES.due_at(gathering)
    return gathering.state == "published" and closes is not None and clock.now() < closes


def give_intention(place_id: int, given: Intention) -> None:
    """Keep what an attendee hopes for, in place of what they said before. Raises IntentionClosed.

    A need that says the same as before keeps its mark. What is for the care contact reaches her at once.
    """
    in_turn("place", place_id)
    place = db.session.get_one(Place, place_id)
    if place.state != "confirmed" or not is_open(place.gathering):
        raise IntentionClosed
    form = house_form("intention")
    _write_answers(place_id, form, given)
    _write_needs(place_id, _needs_in(given.answers))
    _take_off_what_is_allowed_no_more(place_id)
    if given.forget_health:
        forget_health_note(place)
    else:
        health_note(place, given.answers.get(HEALTH, ""), shared=given.share_health)
    for key in {*GOES_BACK, *OWN_WORDS}:
        hear(own_link.token_of(place), 0, key, given.answers.get(key, ""), gathering_id=place.gathering_id)
    db.session.flush()
    emit(IntentionGiven(place_id=place_id, gathering_id=place.gathering_id))


def mark(need_id: int, gathering_id: int, as_: str, note: str, *, by: Person) -> None:
    """Say what becomes of a need: `will`, `cannot` (with a reason), `talk`, or `answered` (a question, with the answer). The same
    again changes nothing; other words later leave it answered since the first.

    Raises NotFound for a need of another gathering, MarkNeedsReason.
    """
    need = db.session.get(Need, need_id, with_for_update=True)
    if need is None or need.place.gathering_id != gathering_id:
        raise NotFound
    fitting = {"answered", "talk"} if need.key == "A5" else {"will", "cannot", "talk"}
    if as_ not in fitting or (as_ in {"cannot", "answered"} and not note.strip()):
        raise MarkNeedsReason
    said = as_, note.strip() or None
    if (need.mark, need.note) == said:
        return
    (need.mark, need.note), need.marked_by_id, need.marked_at = said, by.id, need.marked_at or clock.now()
    db.session.flush()
    emit(NeedMarked(need_id=need.id, gathering_id=gathering_id))


def are_unmarked(gathering_id: int) -> bool:
    """Whether somebody who is coming asked for something that has no answer yet."""
    waiting = select(Need.id).join(Place, Place.id == Need.place_id)
    return (
        db.session.scalar(waiting.where(Place.gathering_id == gathering_id, attends(), Need.mark.is_(None)).limit(1))
        is not None
    )


def _needs_in(answers: dict[str, str]) -> dict[str, str | None]:
    """Needs by key; ready-made wishes have no text of their own."""
    needs: dict[str, str | None] = {f"{WISHES}:{value}": None for value in answers.get(WISHES, "").split(",") if value}
    return needs | {key: answers[key] for key in OWN_WORDS if answers.get(key)}


def _write_answers(place_id: int, form: Form, given: Intention) -> None:
    """An answer that stays keeps its row: a preparation note may stand on it."""
    rows = db.session.scalars(select(IntentionAnswer).where(IntentionAnswer.place_id == place_id))
    before = {each.question_id: each for each in rows}
    for question in form.questions:
        value = given.answers.get(question.key, "")
        if not value or question.key == HEALTH:
            continue
        row = before.pop(question.id, None)
        if row is None:
            row = IntentionAnswer(id=new_id(), place_id=place_id, question_id=question.id)
            db.session.add(row)
        row.value, row.also = value, given.also.get(question.key, "")
    let_go([each.id for each in before.values()])
    for each in before.values():
        db.session.delete(each)
    db.session.flush()


def _take_off_what_is_allowed_no_more(place_id: int) -> None:
    """What stands on a page stands there as long as its author allows it."""
    if place_id not in allowing_the_page([place_id]):
        take_needs_off_pages(list(db.session.scalars(select(Need.id).where(Need.place_id == place_id))))


def _write_needs(place_id: int, wanted: dict[str, str | None]) -> None:
    for need in db.session.scalars(select(Need).where(Need.place_id == place_id)):
        if need.key in wanted and need.text == wanted[need.key]:
            del wanted[need.key]
        else:
            take_needs_off_pages([need.id])
            db.session.delete(need)
    db.session.flush()
    for key, text in wanted.items():
        need = Need(id=new_id(), place_id=place_id, key=key)
        need.text = text
        db.session.add(need)
