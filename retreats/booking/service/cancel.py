"""Cancelling one place or all: what goes back is said first, and is the one that was agreed when booking.

The house may give back more than was agreed, or nothing; never more than came in and was not promised before.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from retreats import clock
from retreats.booking.models import TAKING, Place, Registration
from retreats.booking.service.confirm import confirm_now
from retreats.booking.service.owing import balance, owed, paid, still_taken
from retreats.catalogue.service import give_back
from retreats.db import db
from retreats.events import GatheringCancelled, PlaceCancelled
from retreats.outbox import emit
from retreats.refusals import Refusal

REFUNDS = ("agreed", "full", "none")
"""What goes back: as it was agreed when booking, all that was paid for the place, or nothing."""


class AlreadyCancelled(Refusal):
    """There is nothing left to cancel."""

    code = "already_cancelled"


class TooLateToCancel(Refusal):
    """The gathering has begun."""

    code = "too_late_to_cancel"


class QuoteChanged(Refusal):
    """What would go back is not what was shown any more; nothing was cancelled."""

    code = "quote_changed"


def percent_back(tiers: list[dict[str, Any]], *, starts_at: datetime, now: datetime) -> int:
    """What share is given back, by whole days before the start: the first tier whose days are still ahead."""
    days = (starts_at - now).total_seconds() / 86_400
    for tier in sorted(tiers, key=lambda each: -each["days"]):
        if days >= tier["days"]:
            return int(tier["percent"])
    return 0


def refund_quote(registration: Registration, places: list[Place], *, now: datetime, refund: str = "agreed") -> int:
    """What would be given back for these places now, in minor units; never more than came in for them."""
    return sum(refund_quotes(registration, places, now=now, refund=refund).values())


def refund_quotes(
    registration: Registration, places: list[Place], *, now: datetime, refund: str = "agreed"
) -> dict[int, int]:
    """What would be given back for each of these places, by its id, if they were cancelled in this order.

    What is still owed is taken off first: who has paid for one of two places and gives one back gets nothing, and
    owes nothing. For a place that was only held everything goes back, and for any while there is no new date.
    """
    left = min(balance(registration), paid(registration))
    owing, price = paid(registration), sum(place.price_minor for place in still_taken(registration))
    found: dict[int, int] = {}
    for place in (each for each in places if each.state in TAKING):
        share = place.price_minor * _percent(registration, place, now=now, refund=refund) // 100
        found[place.id] = max(min(share - max(price - owing, 0), left), 0)
        left, owing, price = left - found[place.id], owing - found[place.id], price - place.price_minor
    return found


def _percent(registration: Registration, place: Place, *, now: datetime, refund: str) -> int:
    if refund == "none":
        return 0
    if refund == "full" or place.state == "held":
        return 100
    if registration.gathering.postponed_at is not None:
        return 100
    starts_at = registration.gathering.starts_at
    return 0 if starts_at is None else percent_back(registration.refund_tiers, starts_at=starts_at, now=now)


def cancel_places(
    registration_id: int, place_ids: set[int], *, by_house: bool = False, refund: str = "agreed",
    shown_minor: int | None = None,
) -> None:  # fmt: skip
    """Give these places back and let the refund and the calendar follow. All of `place_ids` or none.

    Raises AlreadyCancelled when one of them is no longer taken, TooLateToCancel after the start (unless `by_house`),
    QuoteChanged when not exactly `shown_minor` would go back.
    """
    registration = db.session.get_one(Registration, registration_id, with_for_update=True)
    places = [place for place in registration.places if place.id in place_ids]
    now = clock.now()
    if not places or any(place.state not in TAKING for place in places):
        raise AlreadyCancelled
    if not by_house and registration.gathering.has_begun(now):
        raise TooLateToCancel
    back = refund_quotes(registration, places, now=now, refund=refund)
    if shown_minor is not None and sum(back.values()) != shown_minor:
        raise QuoteChanged
    for place in places:
        _cancel(place, back[place.id], now=now, by_house=by_house, refund=refund)
    _follow(registration)
    db.session.flush()


def cancel_by_house(registration_id: int, place_ids: set[int], *, refund: str, shown_minor: int) -> bool:
    """The organiser gives these places back. Whether anything was left to do: pressed twice it is done once.

    Raises QuoteChanged.
    """
    registration = db.session.get_one(Registration, registration_id, with_for_update=True)
    left = {place.id for place in still_taken(registration)} & place_ids
    if left:
        cancel_places(registration_id, left, by_house=True, refund=refund, shown_minor=shown_minor)
    return bool(left)


def give_everything_back(event: GatheringCancelled) -> None:
    """A gathering is cancelled: every place is given back by the house, with everything that was paid."""
    found = db.session.scalars(
        select(Registration)
        .where(Registration.gathering_id == event.gathering_id, Registration.state.in_(("held", "confirmed")))
        .order_by(Registration.id)
    )
    for registration in found:
        taken = {place.id for place in still_taken(registration)}
        cancel_places(registration.id, taken, by_house=True, refund="full")


def _cancel(place: Place, refund_minor: int, *, now: datetime, by_house: bool, refund: str) -> None:
    place.state, place.changed_at, place.cancelled_at = "cancelled", now, now
    place.refund_minor = refund_minor
    place.sequence += 1
    give_back(place.gathering_id, place.ticket_type_id, 1)
    emit(
        PlaceCancelled(
            place_id=place.id,
            registration_id=place.registration_id,
            gathering_id=place.gathering_id,
            refund_minor=refund_minor,
            by_house=by_house,
            refund=refund,
        )
    )


def _follow(registration: Registration) -> None:
    """The registration follows its places: cancelled with the last one, confirmed when what is left has been paid."""
    if all(place.state == "cancelled" for place in registration.places):
        registration.state, registration.hold_until, registration.awaits_bank = "cancelled", None, False
    elif registration.state == "held" and paid(registration) and not owed(registration):
        confirm_now(registration)
