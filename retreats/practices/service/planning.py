"""What somebody makes of a practice: choosing it, planning it, letting it rest or go. It is theirs alone."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import delete, select

from retreats import clock
from retreats.booking.models import Place
from retreats.db import db, new_id
from retreats.events import PracticeChosen, PracticePlanMoved
from retreats.outbox import emit
from retreats.practices.models import Practice, PracticeComment, PracticeNote, PracticePlan
from retreats.refusals import NotFound, Refusal

MOST_WORDS = 300
"""Characters of each half of the sentence."""
Move = Literal["paused", "going", "stopped"]


class PlanIncomplete(Refusal):
    """A plan says when, and what one will do."""

    code = "plan_incomplete"
    status = 422


def may_practise(place: Place) -> bool:
    """Whether practices are there for this attendee: they have a place, were there, and it has begun."""
    return (
        place.state == "confirmed"
        and place.presence != "missed"
        and place.gathering.state != "cancelled"
        and place.gathering.has_begun(clock.now())
    )


def choose(place_id: int, practice_id: int, *, when: str, will: str) -> PracticePlan:
    """Choose a practice and say when and what, or say it anew. The same again changes nothing.

    Raises NotFound where practices are not there for this person, PlanIncomplete.
    """
    place = _practising(place_id)
    plan = _plan(place.id, practice_id)
    practice = db.session.get(Practice, practice_id)
    if practice is None or practice.gathering_id != place.gathering_id or (practice.position is None and plan is None):
        raise NotFound
    if not (when.strip() and will.strip()):
        raise PlanIncomplete
    if plan is not None and (plan.when, plan.will, plan.state) == (when.strip(), will.strip(), "going"):
        return plan
    if plan is None:
        plan = PracticePlan(id=new_id(), place_id=place.id, practice_id=practice.id, version_id=practice.current.id)
        db.session.add(plan)
    plan.when, plan.will, plan.state = when.strip(), will.strip(), "going"
    db.session.flush()
    emit(PracticeChosen(place_id=place.id, gathering_id=place.gathering_id))
    return plan


def move(place_id: int, practice_id: int, to: Move) -> None:
    """Let a plan rest, take it up again, or stop. Raises NotFound for one that is not theirs."""
    place = _practising(place_id)
    plan = _plan(place.id, practice_id)
    if plan is None:
        raise NotFound
    if plan.state != to:
        plan.state = to
        db.session.flush()
        emit(PracticePlanMoved(place_id=place.id, gathering_id=place.gathering_id))


def forget_plan(place_id: int, practice_id: int) -> None:
    """Delete a plan with everything noted about it. Pressed twice it stays deleted."""
    place = _practising(place_id)
    plan = _plan(place.id, practice_id)
    if plan is not None:
        delete_plans([plan.id])
        emit(PracticePlanMoved(place_id=place.id, gathering_id=place.gathering_id))


def delete_plans(plan_ids: list[int]) -> None:
    """These plans with their notes, and what was written to those."""
    notes = select(PracticeNote.id).where(PracticeNote.plan_id.in_(plan_ids))
    db.session.execute(delete(PracticeComment).where(PracticeComment.note_id.in_(notes)))
    db.session.execute(delete(PracticeNote).where(PracticeNote.plan_id.in_(plan_ids)))
    db.session.execute(delete(PracticePlan).where(PracticePlan.id.in_(plan_ids)))
    db.session.flush()
    db.session.expire_all()


def _practising(place_id: int) -> Place:
    """The place, held so that two presses of one button come after one another."""
    place = db.session.get_one(Place, place_id, with_for_update=True)
    if not may_practise(place):
        raise NotFound
    return place


def _plan(place_id: int, practice_id: int) -> PracticePlan | None:
    return db.session.scalar(
        select(PracticePlan).where(PracticePlan.place_id == place_id, PracticePlan.practice_id == practice_id)
    )
