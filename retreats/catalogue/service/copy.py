"""The same gathering once more, on other days: everything that was written for it, and nothing of the people who came."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from retreats import clock, wall
from retreats.catalogue import queries
from retreats.catalogue.models import Gathering, Leader, PagePromise, Session, TicketType
from retreats.catalogue.service.edit import free_slug
from retreats.catalogue.service.missing import PROMISE_PARTS
from retreats.db import db, new_id
from retreats.events import GatheringCopied, GatheringDrafted
from retreats.outbox import emit

AS_IT_IS = ("kind", "title", "summary", "about", "included", "not_included", "languages", "series_id", "venue_id", "mode",
            "online_link", "picture_id", "zone", "capacity", "care_contact_id", "refund_tiers", "unlisted")  # fmt: skip
MOMENTS = ("starts_at", "ends_at", "booking_opens_at", "booking_closes_at")


def copy(gathering_id: int, *, first_day: date, copy_id: int) -> Gathering:
    """A draft of the same, beginning on `first_day`: texts, people who lead, places and prices, programme, promise.

    Every time keeps what the clock at the place shows, so many days later or earlier; an hour that spring skips becomes the
    one after it. The gathering's own questions follow from the event. Nothing that is about people who booked comes along.
    Made once for each `copy_id`.
    """
    if (before := db.session.get(Gathering, copy_id)) is not None:
        return before
    source = db.session.get_one(Gathering, gathering_id)
    made = Gathering(id=copy_id, slug=free_slug(source.title), state="draft",
                     **{name: getattr(source, name) for name in AS_IT_IS})  # fmt: skip
    _set_moments(made, source, by=_distance(source, first_day))
    _take_over_lists(made, source, by=_distance(source, first_day))
    db.session.add(made)
    db.session.flush()
    _take_over_promise(made, source)
    emit(GatheringDrafted(gathering_id=made.id))
    emit(GatheringCopied(gathering_id=made.id, from_id=source.id))
    return made


def _distance(source: Gathering, first_day: date) -> timedelta:
    if source.starts_at is None:
        return timedelta(0)
    return first_day - datetime.fromisoformat(wall.wall_of(source.starts_at, source.zone)).date()


def _set_moments(made: Gathering, source: Gathering, *, by: timedelta) -> None:
    for name in MOMENTS:
        moment = getattr(source, name)
        setattr(made, name, wall.moved(moment, source.zone, by=by) if moment else None)
    made.starts_wall = wall.wall_of(made.starts_at, made.zone) if made.starts_at else None
    made.ends_wall = wall.wall_of(made.ends_at, made.zone) if made.ends_at else None


def _take_over_lists(made: Gathering, source: Gathering, *, by: timedelta) -> None:
    made.leaders = [
        Leader(id=new_id(), facilitator_id=each.facilitator_id, position=each.position) for each in source.leaders
    ]
    made.ticket_types = [
        TicketType(id=new_id(), name=each.name, note=each.note, price_minor=each.price_minor, currency=each.currency,
                   capacity=each.capacity, taken=0, position=each.position)
        for each in source.ticket_types
    ]  # fmt: skip
    made.sessions = [
        Session(id=new_id(), title=each.title, note=each.note, space_id=each.space_id,
                starts_at=wall.moved(each.starts_at, source.zone, by=by),
                ends_at=wall.moved(each.ends_at, source.zone, by=by))
        for each in source.sessions
    ]  # fmt: skip


def _take_over_promise(made: Gathering, source: Gathering) -> None:
    promise = queries.promise_of(source.id)
    if promise is not None:
        parts = {part: getattr(promise, part) for part in PROMISE_PARTS}
        db.session.add(PagePromise(id=new_id(), gathering_id=made.id, version=1, written_at=clock.now(), **parts))
