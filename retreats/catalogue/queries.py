"""Reads of the catalogue that others need."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Facilitator, Gathering, Leader, PagePromise, Series, Session, Terms, Venue
from retreats.db import db
from retreats.refusals import NotFound

PUBLIC = ("published", "running", "over", "cancelled")
_IN_A_LIST = (joinedload(Gathering.venue), joinedload(Gathering.series), joinedload(Gathering.picture),
              selectinload(Gathering.ticket_types))  # fmt: skip
"""What every list of gatherings shows of each."""


def published(slug: str) -> Gathering:
    """A gathering that the public may see, with all that its page shows. Raises NotFound (a draft is not there)."""
    found = db.session.scalar(
        select(Gathering)
        .where(Gathering.slug == slug, Gathering.state.in_(PUBLIC), Gathering.published_at.is_not(None))
        .options(
            *_IN_A_LIST,
            joinedload(Gathering.venue).joinedload(Venue.picture),
            joinedload(Gathering.care_contact),
            selectinload(Gathering.sessions),
            selectinload(Gathering.leaders).joinedload(Leader.facilitator).joinedload(Facilitator.picture),
        )
    )
    if found is None:
        raise NotFound
    return found


def bookable(slug: str) -> Gathering:
    """A gathering that the public may see, with what its booking form shows. Raises NotFound."""
    found = db.session.scalar(
        select(Gathering)
        .where(Gathering.slug == slug, Gathering.state.in_(PUBLIC), Gathering.published_at.is_not(None))
        .options(joinedload(Gathering.venue), joinedload(Gathering.series), selectinload(Gathering.ticket_types))
    )
    if found is None:
        raise NotFound
    return found


def promise_of(gathering_id: int) -> PagePromise | None:
    """The page promise in force: its newest version."""
    versions = select(PagePromise).where(PagePromise.gathering_id == gathering_id)
    return db.session.scalar(versions.order_by(PagePromise.version.desc()).limit(1))


def terms_in_force(now: datetime | None = None) -> Terms | None:
    """The terms of booking that hold today."""
    return db.session.scalar(
        select(Terms).where(Terms.valid_from <= (now or clock.now())).order_by(Terms.version.desc()).limit(1)
    )


def agreed_upon(gathering_id: int, *, now: datetime) -> tuple[int | None, int | None]:
    """What one accepts who books now: the ids of the terms and of the page promise in force."""
    terms = select(Terms.id).where(Terms.valid_from <= now).order_by(Terms.version.desc()).limit(1)
    promise = (
        select(PagePromise.id)
        .where(PagePromise.gathering_id == gathering_id)
        .order_by(PagePromise.version.desc())
        .limit(1)
    )
    terms_id, promise_id = db.session.execute(select(terms.scalar_subquery(), promise.scalar_subquery())).one()
    return terms_id, promise_id


def led_by_them(person_id: int) -> ColumnElement[bool]:
    """That they lead it: asked with the look-up, so that what somebody else leads is no more work than what never was."""
    return Gathering.leaders.any(Leader.facilitator.has(Facilitator.person_id == person_id))


def is_led_by(gathering: Gathering, person_id: int) -> bool:
    """Whether this person leads it."""
    return any(leader.facilitator.person_id == person_id for leader in gathering.leaders)


def listed(*, since: datetime, kind: str | None = None, until: datetime | None = None) -> list[Gathering]:
    """Listed gatherings that end after `since` (and begin before `until`), soonest first, as a list shows them.

    Without `until` also those that are postponed, whenever they were to be.
    """
    ahead = Gathering.ends_at > since
    query = (
        select(Gathering)
        .where(*_listed(), ahead if until is not None else or_(ahead, Gathering.postponed_at.is_not(None)))
        .options(*_IN_A_LIST)
        .order_by(Gathering.starts_at, Gathering.id)
    )
    if kind is not None:
        query = query.where(Gathering.kind == kind)
    if until is not None:
        query = query.where(Gathering.starts_at < until)
    return list(db.session.scalars(query))


def past(*, before: datetime, at_most: int = 6) -> list[Gathering]:
    """Gatherings that are over, the latest first."""
    query = (
        select(Gathering)
        .where(
            *_listed(), Gathering.state != "cancelled", Gathering.postponed_at.is_(None), Gathering.ends_at <= before
        )
        .options(*_IN_A_LIST)
        .order_by(Gathering.ends_at.desc())
        .limit(at_most)
    )
    return list(db.session.scalars(query))


def _listed() -> tuple[ColumnElement[bool], ...]:
    """What lists, calendars and maps show: public, and not only for whoever has the address."""
    return Gathering.state.in_(PUBLIC), Gathering.published_at.is_not(None), Gathering.unlisted.is_(False)


class Stand(NamedTuple):
    """How a gathering stands in calendars: an unlike row is an unlike entry."""

    id: int
    version: int
    changed_at: datetime
    starts_at: datetime


def stand_of_calendars(since: datetime, until: datetime, cancelled_since: datetime) -> list[Stand]:
    """One small row for each gathering that `in_calendars` gives, and for what is unlisted: it may have been there before."""
    changed = func.coalesce(Gathering.changed_at, Gathering.published_at, type_=Gathering.changed_at.type)
    query = select(Gathering.id, Gathering.version, changed, Gathering.starts_at)
    query = query.where(*_in_calendars(since, until, cancelled_since)).order_by(Gathering.starts_at, Gathering.id)
    rows = db.session.execute(query)
    return [Stand(row_id, version, at, starts_at) for row_id, version, at, starts_at in rows if starts_at is not None]


def in_calendars(
    since: datetime, until: datetime, cancelled_since: datetime, *, led_by: int | None = None
) -> list[Gathering]:
    """What calendars show, with its programme: public, between these moments, and not cancelled before `cancelled_since`.

    `led_by` is a person: only what they lead.
    """
    query = (
        select(Gathering)
        .where(*_in_calendars(since, until, cancelled_since))
        .options(joinedload(Gathering.venue), selectinload(Gathering.sessions).joinedload(Session.space))
        .order_by(Gathering.starts_at, Gathering.id)
    )
    query = query.where(Gathering.unlisted.is_(False) if led_by is None else led_by_them(led_by))
    return list(db.session.scalars(query))


def _in_calendars(since: datetime, until: datetime, cancelled_since: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Gathering.state.in_(PUBLIC),
        Gathering.published_at.is_not(None),
        Gathering.ends_at > since,
        Gathering.starts_at < until,
        or_(Gathering.cancelled_at.is_(None), Gathering.cancelled_at > cancelled_since),
    )


def for_search_engines() -> list[Gathering]:
    """Every gathering with a public page that takes or took place."""
    query = select(Gathering).where(*_listed(), Gathering.state != "cancelled")
    return list(db.session.scalars(query.order_by(Gathering.starts_at.desc(), Gathering.id)))


def public_series() -> list[Series]:
    """Every series of which the public may see something."""
    seen = select(Gathering.series_id).where(*_listed())
    return list(db.session.scalars(select(Series).where(Series.id.in_(seen)).order_by(Series.slug)))


def facilitators() -> list[Facilitator]:
    """Everybody who leads, by name."""
    query = select(Facilitator).join(Facilitator.person).options(joinedload(Facilitator.picture)).order_by(Person.name)
    return list(db.session.scalars(query))


def facilitators_welcome() -> list[Facilitator]:
    """Those whom the house does not refuse: for every public list."""
    return [each for each in facilitators() if each.person.disabled_at is None]


def facilitator(slug: str) -> Facilitator:
    """One of them. Raises NotFound."""
    found = db.session.scalar(select(Facilitator).where(Facilitator.slug == slug))
    if found is None:
        raise NotFound
    return found


def facilitator_of(person_id: int) -> Facilitator:
    """The page of somebody who leads. Raises NotFound when they have none."""
    found = db.session.scalar(select(Facilitator).where(Facilitator.person_id == person_id))
    if found is None:
        raise NotFound
    return found


def led_by(facilitator_id: int, *, since: datetime) -> list[Gathering]:
    """What everybody may know that this facilitator leads, and is not over yet, soonest first."""
    query = (
        select(Gathering)
        .join(Leader)
        .where(Leader.facilitator_id == facilitator_id, *_listed(),
               or_(Gathering.ends_at > since, Gathering.postponed_at.is_not(None)))
        .options(*_IN_A_LIST)
        .order_by(Gathering.starts_at)
    )  # fmt: skip
    return list(db.session.scalars(query))


def series(slug: str) -> tuple[Series, list[Gathering]]:
    """A series with all its public gatherings, latest first. Raises NotFound, also where there is nothing to see."""
    found = db.session.scalar(select(Series).where(Series.slug == slug))
    if found is None:
        raise NotFound
    query = (
        select(Gathering)
        .where(Gathering.series_id == found.id, *_listed())
        .options(*_IN_A_LIST)
        .order_by(Gathering.starts_at.desc())
    )
    dates = list(db.session.scalars(query))
    if not dates:
        raise NotFound
    return found, dates


def all_gatherings() -> list[Gathering]:
    """Every gathering in every state, for the organiser: what has no date yet, then the latest first."""
    query = (
        select(Gathering)
        .options(joinedload(Gathering.venue), selectinload(Gathering.leaders).joinedload(Leader.facilitator))
        .order_by(Gathering.starts_at.is_not(None), Gathering.starts_at.desc(), Gathering.id)
    )
    return list(db.session.scalars(query))


def all_series() -> list[Series]:
    """Every series there is."""
    return list(db.session.scalars(select(Series).order_by(Series.slug)))


def series_by_slug(slug: str) -> Series:
    """A series, for its organiser, whatever the public sees of it. Raises NotFound."""
    found = db.session.scalar(select(Series).where(Series.slug == slug))
    if found is None:
        raise NotFound
    return found


def gatherings_of_series(series_id: int) -> list[Gathering]:
    """Its gatherings in every state, the latest first; what has no date yet before them."""
    query = select(Gathering).where(Gathering.series_id == series_id)
    return list(
        db.session.scalars(query.order_by(Gathering.starts_at.is_not(None), Gathering.starts_at.desc(), Gathering.id))
    )


def sizes_of_series() -> dict[int, int]:
    """How many gatherings each series has, in every state."""
    rows = db.session.execute(select(Gathering.series_id, func.count()).group_by(Gathering.series_id))
    return {series_id: count for series_id, count in rows if series_id is not None}


def between(start: datetime, end: datetime) -> list[Gathering]:
    """What the public can see and takes place between these two moments, soonest first; not what is postponed."""
    query = (
        select(Gathering)
        .where(Gathering.state.in_(("published", "running")), Gathering.postponed_at.is_(None),
               Gathering.ends_at > start, Gathering.starts_at < end)
        .options(joinedload(Gathering.venue))
        .order_by(Gathering.starts_at, Gathering.id)
    )  # fmt: skip
    return list(db.session.scalars(query))


def postponed() -> list[Gathering]:
    """What waits for a new date, the longest first."""
    query = select(Gathering).where(Gathering.postponed_at.is_not(None))
    return list(db.session.scalars(query.order_by(Gathering.postponed_at, Gathering.id)))


def drafts() -> list[Gathering]:
    """What is not published yet, soonest first."""
    query = select(Gathering).where(Gathering.state == "draft").order_by(Gathering.starts_at, Gathering.id)
    return list(db.session.scalars(query))
