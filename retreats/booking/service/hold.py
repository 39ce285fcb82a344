"""Holds: places kept while somebody pays. Expiry is judged when reading, so nothing depends on the worker being up."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import func, select

from retreats.booking.models import Registration
from retreats.catalogue.service import give_back
from retreats.db import db
from retreats.events import HoldLapsed
from retreats.outbox import emit

_BATCH = 50


def is_overdue(registration: Registration, *, now: datetime) -> bool:
    """Whether its hold is over, whether or not somebody has noticed yet."""
    return (
        registration.state == "held"
        and not registration.awaits_bank
        and registration.hold_until is not None
        and registration.hold_until <= now
    )


def hold_ends(registration: Registration) -> datetime | None:
    """Until when its places are kept (house time), or None when nothing can lapse."""
    return registration.hold_until if registration.state == "held" and not registration.awaits_bank else None


def lapse_overdue(gathering_id: int, *, now: datetime) -> int:
    """Free what is overdue in one gathering; how many registrations lapsed. Done first by whoever takes places."""
    return _lapse(Registration.gathering_id == gathering_id, now=now)


def lapse_due(now: datetime) -> None:
    """The clock's part: free what is overdue anywhere."""
    _lapse(now=now)


def next_lapse() -> datetime | None:
    """The next moment at which a hold ends."""
    return db.session.scalar(
        select(func.min(Registration.hold_until)).where(
            Registration.state == "held", Registration.awaits_bank.is_(False)
        )
    )


def release(registration: Registration, *, now: datetime) -> None:
    """Give the places of a held registration back: nobody paid in time."""
    registration.state, registration.hold_until, registration.awaits_bank = "lapsed", None, False
    for place in registration.places:
        if place.state == "held":
            place.state, place.changed_at = "lapsed", now
            give_back(registration.gathering_id, place.ticket_type_id, 1)
    emit(HoldLapsed(registration_id=registration.id, gathering_id=registration.gathering_id))


def extend_for_bank(registration: Registration) -> None:
    """A slow bank method is on its way: the places are kept until the bank has answered."""
    registration.awaits_bank, registration.hold_until = True, None


def keep_at_least(registration: Registration, moment: datetime) -> None:
    """Let the hold last at least until `moment`: it outlives the checkout that pays for it."""
    if registration.hold_until is not None and registration.hold_until < moment:
        registration.hold_until = moment


def minutes_left(registration: Registration, *, now: datetime) -> int:
    """How many minutes the places are still kept, a begun one counted; 0 when the hold is over or nothing can lapse."""
    until = hold_ends(registration)
    return 0 if until is None else max(ceil((until - now) / timedelta(minutes=1)), 0)


def _lapse(*where: object, now: datetime) -> int:
    overdue = db.session.scalars(
        select(Registration)
        .where(
            Registration.state == "held",
            Registration.awaits_bank.is_(False),
            Registration.hold_until <= now,
            *where,  # type: ignore[arg-type]  # conditions of SQLAlchemy
        )
        .order_by(Registration.id)
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for registration in overdue:
        release(registration, now=now)
    db.session.flush()
    return len(overdue)
