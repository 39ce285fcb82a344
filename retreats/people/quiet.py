"""People who came at least once and of whom the house has seen nothing since, by what they did under their own name.

It is read from places and bookings alone: nobody knows who answered a form, and no word, note or practice plays a part.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select, tuple_

from retreats.accounts.models import Person
from retreats.booking.models import TAKING, Place, Registration, WaitingEntry
from retreats.booking.queries import attends
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.mail.service import NOBODYS

MONTHS = (3, 6, 12)
USUAL = 6


@dataclass(frozen=True)
class Quiet:
    """Somebody, with what they came to last."""

    person: Person
    gathering: Gathering
    times: int
    """To how many gatherings they came."""


@dataclass(frozen=True)
class Slice:
    """Some of them, longest silence first; `after` is the last one's number where there are more."""

    people: list[Quiet]
    after: int | None


def gone_quiet(months: int, *, now: datetime, zone: str, after: int | None = None, at_most: int = 30) -> Slice:
    """Who came, last so many months ago or longer, and has neither booked nor waited for a place since. Four statements at most.

    Left out: who has a place ahead, records that are part of another, erased people, and whom the house refuses.
    """
    since = months_before(now, months, zone)
    came = _came(now, since)
    query = (
        select(Person, came.c.last, came.c.times)
        .join(came, came.c.person_id == Person.id)
        .where(Person.merged_into_id.is_(None), Person.disabled_at.is_(None), ~Person.email.endswith(NOBODYS))
        .where(~_seen_since(since, now))
        .order_by(came.c.last, Person.id)
    )
    start = _place_of(after, came)
    if start is not None:
        query = query.where(tuple_(came.c.last, Person.id) > tuple_(*start))
    rows = db.session.execute(query.limit(at_most + 1)).all()
    last = _last_of([person.id for person, _, _ in rows[:at_most]], came)
    people = [Quiet(person, last[person.id], times) for person, _, times in rows[:at_most]]
    return Slice(people, people[-1].person.id if len(rows) > at_most else None)


def months_before(moment: datetime, months: int, zone: str) -> datetime:
    """The same hour of the wall so many months earlier; the 31st becomes a shorter month's last day."""
    local = moment.astimezone(ZoneInfo(zone))
    years, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    day = min(local.day, calendar.monthrange(years, month + 1)[1])
    return local.replace(year=years, month=month + 1, day=day).astimezone(UTC)


def _came(now: datetime, since: datetime) -> Subquery:
    return (
        select(Place.person_id, func.max(Gathering.ends_at).label("last"), func.count(Gathering.id.distinct()).label("times"))
        .join(Gathering, Gathering.id == Place.gathering_id)
        .where(Place.person_id.is_not(None), _was_there(), Gathering.ends_at <= now)
        .group_by(Place.person_id)
        .having(func.max(Gathering.ends_at) <= since)
        .subquery()
    )  # fmt: skip


def _was_there() -> ColumnElement[bool]:
    return and_(attends(), _took_place())


def _took_place() -> ColumnElement[bool]:
    return Gathering.state != "cancelled"


def _seen_since(since: datetime, now: datetime) -> ColumnElement[bool]:
    """Booked since (given back or not), has a place ahead, or has asked for one."""
    theirs = or_(Registration.booker_id == Person.id, Place.person_id == Person.id)
    is_to_come = and_(_took_place(), or_(Gathering.ends_at.is_(None), Gathering.ends_at > now))
    ahead = and_(Place.state.in_(TAKING), is_to_come)
    booked = (
        select(Place.id)
        .join(Registration, Registration.id == Place.registration_id)
        .join(Gathering, Gathering.id == Place.gathering_id)
        .where(theirs, or_(Registration.registered_at > since, ahead))
    )
    waits = (
        select(WaitingEntry.id)
        .join(Gathering, Gathering.id == WaitingEntry.gathering_id)
        .where(
            WaitingEntry.email == Person.email,
            or_(WaitingEntry.joined_at > since, and_(WaitingEntry.left_at.is_(None), is_to_come)),
        )
    )
    return or_(booked.exists(), waits.exists())


def _place_of(person_id: int | None, came: Subquery) -> tuple[datetime, int] | None:
    """Where in the list somebody stands."""
    if person_id is None:
        return None
    last = db.session.scalar(select(came.c.last).where(came.c.person_id == person_id))
    return None if last is None else (last, person_id)


def _last_of(person_ids: list[int], came: Subquery) -> dict[int, Gathering]:
    """What each of these people came to last."""
    found = db.session.execute(
        select(Place.person_id, Gathering)
        .join(Gathering, Gathering.id == Place.gathering_id)
        .join(came, and_(came.c.person_id == Place.person_id, came.c.last == Gathering.ends_at))
        .where(Place.person_id.in_(person_ids), _was_there())
        .order_by(Gathering.id)
    )
    return {person_id: gathering for person_id, gathering in found if person_id is not None}
