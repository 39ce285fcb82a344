"""Cancelling one place or all: the refund is said first, and is the one that was agreed when booking."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from retreats import clock
from retreats.booking.models import Place, Registration
from retreats.booking.service.owing import balance
from retreats.catalogue.service import give_back
from retreats.db import db
from retreats.events import GatheringCancelled, PlaceCancelled
from retreats.outbox import emit
from retreats.refusals import Refusal


class AlreadyCancelled(Refusal):
    """There is nothing left to cancel."""

    code = "already_cancelled"


class TooLateToCancel(Refusal):
    """The gathering has begun."""

    code = "too_late_to_cancel"


def percent_back(tiers: list[dict[str, Any]], *, starts_at: datetime, now: datetime) -> int:
    """What share is given back, by whole days before the start: the first tier whose days are still ahead."""
    days = (starts_at - now).total_seconds() / 86_400
    for tier in sorted(tiers, key=lambda each: -each["days"]):
        if days >= tier["days"]:
            return int(tier["percent"])
    return 0


def refund_quote(registration: Registration, places: list[Place], *, now: datetime) -> int:
    """What would be given back for these places now, in minor units; never more than came in for them."""
    if registration.gathering.starts_at is None:
        return 0
    percent = percent_back(registration.refund_tiers, starts_at=registration.gathering.starts_at, now=now)
    owed = sum(place.price_minor * percent // 100 for place in places if place.state == "confirmed")
    return min(owed, balance(registration))


def cancel_places(
    registration_id: int, place_ids: set[int], *, by_house: bool = False, full_refund: bool = False
) -> None:
    """Give these places back and let the refund and the calendar follow. All of `place_ids` or none.

    Raises AlreadyCancelled when one of them is no longer taken, TooLateToCancel after the start (unless `by_house`).
    """
    registration = db.session.get_one(Registration, registration_id, with_for_update=True)
    places = [place for place in registration.places if place.id in place_ids]
    now = clock.now()
    if not places or any(place.state not in {"held", "confirmed"} for place in places):
        raise AlreadyCancelled
    starts_at = registration.gathering.starts_at
    if not by_house and starts_at is not None and starts_at <= now:
        raise TooLateToCancel
    for place in places:
        _cancel(registration, place, now=now, by_house=by_house, full_refund=full_refund)
    if all(place.state == "cancelled" for place in registration.places):
        registration.state, registration.hold_until, registration.awaits_bank = "cancelled", None, False
    db.session.flush()


def give_everything_back(event: GatheringCancelled) -> None:
    """A gathering is cancelled: every place is given back by the house, with everything that was paid."""
    found = db.session.scalars(
        select(Registration)
        .where(Registration.gathering_id == event.gathering_id, Registration.state.in_(("held", "confirmed")))
        .order_by(Registration.id)
    )
    for registration in found:
        still_taken = {place.id for place in registration.places if place.state in {"held", "confirmed"}}
        cancel_places(registration.id, still_taken, by_house=True, full_refund=True)


def _cancel(registration: Registration, place: Place, *, now: datetime, by_house: bool, full_refund: bool) -> None:
    paid = place.price_minor if place.state == "confirmed" and registration.agreed_minor else 0
    refund = paid if full_refund else refund_quote(registration, [place], now=now)
    place.state, place.changed_at, place.cancelled_at = "cancelled", now, now
    place.sequence += 1
    give_back(registration.gathering_id, place.ticket_type_id, 1)
    emit(
        PlaceCancelled(
            place_id=place.id,
            registration_id=registration.id,
            gathering_id=registration.gathering_id,
            refund_minor=refund,
            by_house=by_house,
        )
    )
