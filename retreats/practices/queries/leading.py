"""What those who lead see: the words of their practices, how many chose each from five on, and the notes shown to them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from retreats.booking.models import Place
from retreats.db import db
from retreats.practices.models import Practice, PracticeComment, PracticeNote, PracticePlan

ENOUGH = 5
"""With fewer, how many chose a practice is not said: it would tell who did not."""


@dataclass(frozen=True)
class Led:
    """One practice that is offered."""

    practice: Practice
    chosen_by: int | None
    """How many chose it; None while fewer than five have, none among them."""


def practices_of(gathering_id: int) -> list[Led]:
    """Those that are offered, in their order."""
    counted = db.session.execute(
        select(PracticePlan.practice_id, func.count())
        .join(Practice, Practice.id == PracticePlan.practice_id)
        .where(Practice.gathering_id == gathering_id)
        .group_by(PracticePlan.practice_id)
        .having(func.count() >= ENOUGH)
    )
    chosen = {practice_id: int(count) for practice_id, count in counted}
    offered = db.session.scalars(
        select(Practice)
        .where(Practice.gathering_id == gathering_id, Practice.position.is_not(None))
        .options(selectinload(Practice.versions))
        .order_by(Practice.position)
    )
    return [Led(each, chosen.get(each.id)) for each in offered]


def shown_in(gathering_id: int) -> list[PracticeNote]:
    """The notes that attendees show just now, the latest first, with what was written to them."""
    return list(
        db.session.scalars(
            select(PracticeNote)
            .join(PracticePlan, PracticePlan.id == PracticeNote.plan_id)
            .join(Place, Place.id == PracticePlan.place_id)
            .where(Place.gathering_id == gathering_id, PracticeNote.shown)
            .options(
                joinedload(PracticeNote.plan).joinedload(PracticePlan.place),
                joinedload(PracticeNote.plan).joinedload(PracticePlan.version),
                selectinload(PracticeNote.comments).joinedload(PracticeComment.person),
            )
            .order_by(PracticeNote.written_at.desc(), PracticeNote.id)
            .execution_options(populate_existing=True)
        )
    )
