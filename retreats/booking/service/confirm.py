"""Confirming: the places are theirs, and the letters go out."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from retreats import clock
from retreats.booking.models import Registration
from retreats.booking.service.moves import entry_mark
from retreats.booking.service.owing import paid_too_much
from retreats.catalogue.service import GatheringFull, take
from retreats.db import db
from retreats.events import PlaceUnavailable, RegistrationConfirmed, TooMuchPaid
from retreats.outbox import emit


def confirm(registration_id: int) -> None:
    """It was paid: confirm it, once, however often this is called.

    When the hold had lapsed the places are taken again; where that is not possible PlaceUnavailable is emitted, and the
    refund with an apology follows from that. What came in beyond the price of the places goes back (TooMuchPaid).
    """
    registration = db.session.get_one(Registration, registration_id, with_for_update=True)
    if registration.state == "held" or (registration.state == "lapsed" and taken_again(registration)):
        confirm_now(registration)
    elif not any(place.confirmed_at for place in registration.places):
        emit(PlaceUnavailable(registration_id=registration.id, gathering_id=registration.gathering_id))
        return
    if (too_much := paid_too_much(registration)) > 0:
        emit(TooMuchPaid(registration_id=registration.id, amount_minor=too_much, currency=registration.currency))


def confirm_now(registration: Registration) -> None:
    """Make a registration whose places are taken a confirmed one."""
    now = clock.now()
    registration.state, registration.hold_until, registration.awaits_bank = "confirmed", None, False
    for place in registration.places:
        if place.state == "held":
            place.state, place.changed_at, place.confirmed_at = "confirmed", now, now
            place.entry_mark = entry_mark(registration.gathering)
    emit(RegistrationConfirmed(registration_id=registration.id, gathering_id=registration.gathering_id))


def taken_again(registration: Registration) -> bool:
    """Whether the places that lapsed could be taken once more; then they are held.

    Not when somebody else has them, nor when one of their attendees has booked anew meanwhile.
    """
    lapsed = [place for place in registration.places if place.state == "lapsed"]
    try:
        with db.session.begin_nested():
            take(registration.gathering_id, lapsed[0].ticket_type_id, len(lapsed), now=clock.now())
            for place in lapsed:
                place.state = "held"
            db.session.flush()
    except (GatheringFull, IntegrityError):
        return False
    return True
