"""May I book, and if not, why, and what now: one answer for the page, the button and the verb."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from retreats.booking.models import Place, Registration
from retreats.catalogue.models import Gathering
from retreats.catalogue.queries import PUBLIC
from retreats.db import db
from retreats.refusals import NotFound

FEW = 3
Answer = Literal[
    "open", "few", "full", "not_yet", "closed", "begun", "over", "postponed", "paused", "cancelled", "draft"
]


@dataclass(frozen=True)
class Opening:
    """Whether a gathering can be booked now, and how many places are left."""

    answer: Answer
    left: int

    @property
    def can_book(self) -> bool:
        """Whether the button leads to the form."""
        return self.answer in {"open", "few"}

    @property
    def can_wait(self) -> bool:
        """Whether the button leads to the waiting list."""
        return self.answer == "full"


def opening(gathering: Gathering, *, now: datetime, lapsed: int = 0) -> Opening:
    """The one answer. `lapsed` places are held by nobody any more and count as free (`lapsed_places`)."""
    left = max(gathering.capacity - gathering.taken + lapsed, 0)
    return Opening(_why(gathering, left, now), left)


def _why(gathering: Gathering, left: int, now: datetime) -> Answer:  # noqa: C901, PLR0911  (one line for each answer there is)
    if gathering.state in {"draft", "cancelled", "over"}:
        return gathering.state  # type: ignore[return-value]  # the three states just named
    if gathering.postponed_at is not None:
        return "postponed"
    if gathering.ends_at is not None and gathering.ends_at <= now:
        return "over"
    if gathering.starts_at is None or gathering.starts_at <= now:
        return "begun"
    if gathering.paused_at is not None:
        return "paused"
    if gathering.booking_opens_at is not None and now < gathering.booking_opens_at:
        return "not_yet"
    if gathering.booking_closes_at is not None and now >= gathering.booking_closes_at:
        return "closed"
    if left == 0:
        return "full"
    return "few" if left <= FEW else "open"


def lapsed_places(gathering_ids: list[int], *, now: datetime) -> dict[int, int]:
    """Places still counted as taken whose hold is over: how many for each gathering that has any."""
    found = db.session.execute(
        select(Place.gathering_id, func.count())
        .join(Registration)
        .where(Place.gathering_id.in_(gathering_ids), *_is_lapsed(now))
        .group_by(Place.gathering_id)
    )
    return {row.gathering_id: row[1] for row in found}


@dataclass(frozen=True)
class Glance:
    """What decides whether a kept page of a gathering is still right."""

    id: int
    version: int
    state: str
    capacity: int
    taken: int
    starts_at: datetime | None
    ends_at: datetime | None
    booking_opens_at: datetime | None
    booking_closes_at: datetime | None
    postponed_at: datetime | None
    paused_at: datetime | None


def glance(slug: str, *, now: datetime) -> tuple[Glance, Opening]:
    """One small row of a public gathering, and whether it can be booked: one statement. Raises NotFound."""
    row = db.session.execute(_glance_query(), {"slug": slug, "now": now}).one_or_none()
    if row is None:
        raise NotFound
    *columns, lapsed = row
    found = Glance(*columns)
    return found, opening(found, now=now, lapsed=lapsed)  # type: ignore[arg-type]  # it has what is read of a Gathering


@cache
def _glance_query() -> Select[Any]:  # Any: its columns are those of Glance
    """Composed once: composing it takes longer than asking."""
    lapsed = (
        select(func.count())
        .select_from(Place)
        .join(Registration)
        .where(Place.gathering_id == Gathering.id, *_is_lapsed(bindparam("now", type_=Registration.hold_until.type)))
        .correlate(Gathering)
        .scalar_subquery()
    )
    columns = [getattr(Gathering, field.name) for field in fields(Glance)]
    return select(*columns, lapsed).where(
        Gathering.slug == bindparam("slug"), Gathering.state.in_(PUBLIC), Gathering.published_at.is_not(None)
    )


def _is_lapsed(now: datetime | ColumnElement[datetime]) -> tuple[ColumnElement[bool], ...]:
    return (
        Place.state == "held",
        Registration.state == "held",
        Registration.awaits_bank.is_(False),
        Registration.hold_until <= now,
    )
