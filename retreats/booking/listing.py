"""The list of registrations: one page of those that fit, the latest first; it costs the same with 30 and with 10,000."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from retreats.accounts.models import Person
from retreats.booking.models import Place, Registration, SavedList, WaitingEntry
from retreats.booking.organising import came_in, costs
from retreats.booking.wanted import Wanted
from retreats.catalogue.models import Gathering
from retreats.db import BigId, Moment, db
from retreats.folding import fold, folded
from retreats.reading import is_row

PAGE = 50
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Page:
    """Some rows, the latest first, and the cursors that lead to those before and after them (empty: there are none)."""

    rows: list[Registration]
    newer: str = ""
    older: str = ""

    @property
    def is_everything(self) -> bool:
        """Whether there is nothing before and nothing after."""
        return not (self.newer or self.older)


def page_of(wanted: Wanted, *, now: datetime, after: str = "", before: str = "", most: int = PAGE) -> Page:
    """The first `most` registrations that fit; or those older than the cursor `after`, or newer than `before`."""
    older, newer = _cursor(after), _cursor(before)
    backwards = newer is not None and older is None
    order = tuple_(Registration.registered_at, Registration.id)
    found = fitting(wanted, now=now)
    if older is not None:
        found = found.where(order < older)
    elif newer is not None:
        found = found.where(order > newer)
    keys = (Registration.registered_at, Registration.id)
    found = found.order_by(*(key.asc() if backwards else key.desc() for key in keys)).limit(most + 1)
    rows = list(db.session.scalars(found.options(*_whole())))
    more, rows = len(rows) > most, rows[:most]
    if backwards:
        rows.reverse()
    has_newer = more if backwards else older is not None
    has_older = more if not backwards else True
    if not rows:
        return Page([])
    return Page(rows, _mark(rows[0]) if has_newer else "", _mark(rows[-1]) if has_older else "")


def count(wanted: Wanted, *, now: datetime) -> int:
    """How many fit."""
    inner = fitting(wanted, now=now).with_only_columns(Registration.id).subquery()
    return db.session.scalar(select(func.count()).select_from(inner)) or 0


def fitting(wanted: Wanted, *, now: datetime) -> Select[Registration]:
    """Every registration that fits, in no order."""
    return select(Registration).where(*_conditions(wanted, now=now))


def saved_by(person_id: int) -> list[SavedList]:
    """The lists that this organiser keeps, by name."""
    found = select(SavedList).where(SavedList.person_id == person_id)
    return sorted(db.session.scalars(found), key=lambda each: fold(each.name) or "")


def waiting_with_words(q: str, *, at_most: int) -> list[WaitingEntry]:
    """Who waits for a place and has all of these words in their name or address, the latest first."""
    has = [_stands(word, WaitingEntry.name, WaitingEntry.email) for word in (fold(q) or "").split()]
    found = select(WaitingEntry).where(WaitingEntry.left_at.is_(None), *has).options(joinedload(WaitingEntry.gathering))
    return list(db.session.scalars(found.order_by(WaitingEntry.joined_at.desc(), WaitingEntry.id).limit(at_most)))


def _whole() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(Registration.booker),
        joinedload(Registration.gathering),
        selectinload(Registration.places).joinedload(Place.ticket_type),
        selectinload(Registration.ledger),
    )


def _conditions(wanted: Wanted, *, now: datetime) -> list[ColumnElement[bool]]:
    found = [_has(word) for word in wanted.q.split()[:6]]
    if wanted.gathering:
        slug = select(Gathering.id).where(Gathering.slug == wanted.gathering).scalar_subquery()
        found.append(Registration.gathering_id == slug)
    if wanted.kind:
        found.append(Registration.gathering_id.in_(select(Gathering.id).where(Gathering.kind == wanted.kind)))
    if wanted.ticket:
        having = select(Place.registration_id).where(Place.ticket_type_id == int(wanted.ticket))
        found.append(Registration.id.in_(having))
    if wanted.state:
        found.append(_in_state(wanted.state, now))
    if wanted.money:
        found.append(_with_money(wanted.money, now))
    if wanted.since:
        found.append(Registration.registered_at >= wanted.since)
    if wanted.before:
        found.append(Registration.registered_at < wanted.before)
    return found


def _has(word: str) -> ColumnElement[bool]:
    """This word stands in the name or the address of whoever booked or comes, or in the reference."""
    sought = fold(word) or ""
    people = select(Person.id).where(_stands(sought, Person.name, Person.email))
    coming = select(Place.registration_id).outerjoin(Person, Person.id == Place.person_id)
    return or_(
        Registration.reference.contains(word.upper(), autoescape=True),
        Registration.booker_id.in_(people),
        Registration.id.in_(coming.where(_stands(sought, Place.name, Place.email, Person.name))),
    )


def _stands(sought: str, *columns: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """This stands in one of the columns, as people compare; they are folded once, all together."""
    said: ColumnElement[str] = func.coalesce(columns[0], "")
    for each in columns[1:]:
        said = said + " " + func.coalesce(each, "")
    return folded(said).contains(sought, autoescape=True)


def has_places(now: datetime) -> ColumnElement[bool]:
    """Its places are held or confirmed, and the hold is not over."""
    return or_(Registration.state == "confirmed", _kept(now))


def _kept(now: datetime) -> ColumnElement[bool]:
    lasting = or_(Registration.awaits_bank, Registration.hold_until.is_(None), Registration.hold_until > now)
    return and_(Registration.state == "held", lasting)


def _in_state(state: str, now: datetime) -> ColumnElement[bool]:
    """As somebody reads it: a hold that is over has lapsed, whether or not the clock has come by."""
    if state == "held":
        return _kept(now)
    if state == "lapsed":
        over = and_(Registration.state == "held", Registration.awaits_bank.is_(False), Registration.hold_until <= now)
        return or_(Registration.state == "lapsed", over)
    return Registration.state == state


def _with_money(money: str, now: datetime) -> ColumnElement[bool]:
    if money == "free":
        return Registration.agreed_minor == 0
    is_owed = costs() > came_in()
    return and_(Registration.agreed_minor > 0, has_places(now), is_owed if money == "owing" else ~is_owed)


def _mark(registration: Registration) -> str:
    """Its place in the order, for an address."""
    return f"{(registration.registered_at - _BEGINNING) // timedelta(microseconds=1)}-{registration.id}"


def _cursor(typed: str) -> ColumnElement[tuple[datetime, int]] | None:
    moment, _, row = typed.partition("-")
    if not (is_row(moment) and is_row(row)):
        return None
    try:
        when = _BEGINNING + timedelta(microseconds=int(moment))
    except OverflowError:
        return None
    return tuple_(literal(when, Moment), literal(int(row), BigId))
