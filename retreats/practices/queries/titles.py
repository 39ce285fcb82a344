"""What practices are called: for the follow-up, which asks whoever chose one how it is with it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from retreats.booking.models import Place
from retreats.db import Localised, db
from retreats.practices.models import Practice, PracticePlan


def chosen_by(place: Place) -> dict[int, Localised]:
    """What this attendee chose, in the words that they chose, in the order in which it is offered."""
    query = (
        select(PracticePlan)
        .join(Practice, Practice.id == PracticePlan.practice_id)
        .where(PracticePlan.place_id == place.id)
        .options(joinedload(PracticePlan.version))
        .order_by(Practice.position.is_(None), Practice.position, Practice.id)
    )
    return {plan.practice_id: plan.version.title for plan in db.session.scalars(query)}


def of_gathering(gathering_id: int) -> dict[int, Localised]:
    """What this gathering offers or has offered, in its latest words."""
    query = select(Practice).where(Practice.gathering_id == gathering_id).options(selectinload(Practice.versions))
    ordered = query.order_by(Practice.position.is_(None), Practice.position, Practice.id)
    return {each.id: each.current.title for each in db.session.scalars(ordered)}
