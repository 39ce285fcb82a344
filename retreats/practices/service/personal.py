"""What somebody planned and noted, for export, for forgetting, for merging, and for a place that is somebody else's now."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload, selectinload

from retreats.booking.entrusted import entrusted_places
from retreats.booking.models import Place
from retreats.db import db
from retreats.events import PlaceCancelled, PlaceReaddressed
from retreats.languages import t
from retreats.practices.models import PracticeComment, PracticeNote, PracticePlan, PreparationTick, Reminding
from retreats.practices.queries.course import words
from retreats.practices.service.planning import delete_plans


def export(person_id: int) -> dict[str, Any]:
    """Their plans and notes with what was written to them, and what they wrote to others' notes."""
    plans = db.session.scalars(
        select(PracticePlan)
        .join(Place, Place.id == PracticePlan.place_id)
        .where(Place.person_id == person_id)
        .options(
            joinedload(PracticePlan.version),
            selectinload(PracticePlan.notes).selectinload(PracticeNote.comments).joinedload(PracticeComment.person),
        )
    )
    written = db.session.scalars(select(PracticeComment).where(PracticeComment.person_id == person_id))
    return {
        "practices": [_plan(each) for each in plans],
        "practice_comments": [{"text": each.text, "written_at": each.written_at} for each in written],
    }


def _plan(plan: PracticePlan) -> dict[str, Any]:
    return {
        "practice": t(plan.version.title),
        "plan_when": plan.when,
        "plan_will": plan.will,
        "state": plan.state,
        "notes": [
            {
                "text": note.text,
                "word": dict(words()).get(note.word or "", note.word),
                "written_at": note.written_at,
                "shown": note.shown,
                "comments": [{"who": each.person.name, "text": each.text} for each in note.comments],
            }
            for note in plan.notes
        ],
    }


def forget(person_id: int) -> None:
    """Erase all of it. What they wrote, as somebody who leads, to others' notes stays with those."""
    _forget_places(entrusted_places(person_id))


def let_go(event: PlaceCancelled | PlaceReaddressed) -> None:
    """A place was given back, or is somebody else's now: nothing of whoever had it is left on it."""
    _forget_places([event.place_id])


def take_over(old_id: int, new_id: int) -> None:
    """What one of two records wrote to notes is the other's. Plans hang on places and are not touched."""
    db.session.execute(
        update(PracticeComment).where(PracticeComment.person_id == old_id).values(person_id=new_id)
    )  # fmt: skip


def _forget_places(place_ids: list[int]) -> None:
    plans = db.session.scalars(select(PracticePlan.id).where(PracticePlan.place_id.in_(place_ids))).all()
    delete_plans(list(plans))
    db.session.execute(delete(Reminding).where(Reminding.place_id.in_(place_ids)))
    db.session.execute(delete(PreparationTick).where(PreparationTick.place_id.in_(place_ids)))
