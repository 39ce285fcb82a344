"""Plans and notes are kept for a year after the end; ticks on the list before it go with them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select

from retreats import periods
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.periods import Going, Period
from retreats.practices.models import PracticePlan, PreparationTick, Reminding
from retreats.practices.service.planning import delete_plans


def _going(until: datetime) -> list[Going]:
    found = []
    for model in (PracticePlan, PreparationTick):
        rows = db.session.execute(
            select(Gathering.id, Gathering.ends_at, func.count(model.id))
            .join(Place, Place.gathering_id == Gathering.id)
            .join(model, model.place_id == Place.id)
            .where(Gathering.ends_at <= until - periods.PRACTICES)
            .group_by(Gathering.id, Gathering.ends_at)
        )
        found += [Going(ends_at + periods.PRACTICES, count, each) for each, ends_at, count in rows if ends_at]
    return found


def _forget(now: datetime) -> None:
    over = select(Gathering.id).where(Gathering.ends_at <= now - periods.PRACTICES)
    places = select(Place.id).where(Place.gathering_id.in_(over))
    delete_plans(list(db.session.scalars(select(PracticePlan.id).where(PracticePlan.place_id.in_(places)))))
    db.session.execute(delete(Reminding).where(Reminding.place_id.in_(places)))
    db.session.execute(delete(PreparationTick).where(PreparationTick.place_id.in_(places)))


PERIODS = (Period("practices", _going, _forget),)
