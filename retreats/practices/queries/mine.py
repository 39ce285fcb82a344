"""What an attendee finds on their own page: practices with what they made of them, and the list before coming."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from retreats.booking.models import Place
from retreats.db import db
from retreats.feedback.timeline import later
from retreats.practices.models import (
    Practice,
    PracticeComment,
    PracticeNote,
    PracticePlan,
    PracticeVersion,
    PreparationItem,
    PreparationTick,
)
from retreats.practices.service.preparing import items_of


@dataclass(frozen=True)
class Mine:
    """One practice, in the words that I chose or else in those that are offered, and my plan if I have one."""

    practice: Practice
    words: PracticeVersion
    plan: PracticePlan | None


def practices_for(place: Place) -> list[Mine]:
    """Those that are offered, and those that this attendee has chosen, in their order."""
    plans = {
        each.practice_id: each
        for each in db.session.scalars(
            select(PracticePlan)
            .where(PracticePlan.place_id == place.id)
            .options(
                joinedload(PracticePlan.version),
                selectinload(PracticePlan.notes).selectinload(PracticeNote.comments).joinedload(PracticeComment.person),
            )
            .execution_options(populate_existing=True)
        )
    }
    offered = db.session.scalars(
        select(Practice)
        .where(
            Practice.gathering_id == place.gathering_id,
            or_(Practice.position.is_not(None), Practice.id.in_(plans.keys())),
        )
        .options(selectinload(Practice.versions))
        .order_by(Practice.position.is_(None), Practice.position, Practice.id)
    )
    found = ((each, plans.get(each.id)) for each in offered)
    return [Mine(practice, plan.version if plan else practice.current, plan) for practice, plan in found]


@dataclass(frozen=True)
class ToDo:
    """One line of the list before coming."""

    item: PreparationItem
    is_done: bool
    due_at: datetime | None


def to_do(place: Place) -> list[ToDo]:
    """The list, with what this attendee has ticked."""
    ticked = set(db.session.scalars(select(PreparationTick.item_id).where(PreparationTick.place_id == place.id)))
    return [ToDo(each, each.id in ticked, _due(each, place)) for each in items_of(place.gathering_id)]


def _due(item: PreparationItem, place: Place) -> datetime | None:
    starts_at = place.gathering.starts_at if place.gathering.postponed_at is None else None
    if item.days_before is None or starts_at is None:
        return None
    return later(starts_at, place.gathering.zone, days=-item.days_before)
