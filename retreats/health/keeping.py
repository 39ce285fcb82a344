"""What is said about health is kept for two weeks after the end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.health.models import HealthAnswer
from retreats.health.queries import READABLE
from retreats.health.service import delete_answers
from retreats.periods import Going, Period


def _going(until: datetime) -> list[Going]:
    rows = db.session.execute(
        select(Place.gathering_id, Gathering.ends_at, func.count(HealthAnswer.id))
        .join(HealthAnswer, HealthAnswer.place_id == Place.id)
        .join(Gathering, Gathering.id == Place.gathering_id)
        .where(Gathering.ends_at <= until - READABLE)
        .group_by(Place.gathering_id, Gathering.ends_at)
    )
    return [Going(ends_at + READABLE, count, gathering_id) for gathering_id, ends_at, count in rows if ends_at]


def _forget(now: datetime) -> None:
    over = select(Gathering.id).where(Gathering.ends_at <= now - READABLE)
    delete_answers(list(db.session.scalars(select(Place.id).where(Place.gathering_id.in_(over)))))


PERIODS = (Period("health", _going, _forget),)
