"""What the house decides about places that are kept: keep them longer, or confirm them before all is paid."""

from __future__ import annotations

from datetime import datetime

from retreats import clock
from retreats.booking.models import Registration
from retreats.booking.service.by_house import latest_hold
from retreats.booking.service.confirm import confirm_now, taken_again
from retreats.booking.service.owing import owed, paid
from retreats.catalogue.service import GatheringFull
from retreats.db import db
from retreats.events import ConfirmedUnpaid, HoldExtended
from retreats.outbox import emit
from retreats.refusals import Refusal


class NotHeld(Refusal):
    """Its places are not kept for a payment: it is confirmed or cancelled, or its bank is on its way."""

    code = "not_held"


class HoldNotLonger(Refusal):
    """That is not later than the places are kept already."""

    code = "hold_not_longer"
    status = 422


def keep_until(registration_id: int, until: datetime) -> None:
    """Keep its places until this moment (house time; the beginning, if that comes first); lapsed ones are taken again.

    The same moment again changes nothing. Raises NotHeld, HoldNotLonger, or GatheringFull when lapsed places are gone.
    """
    registration = db.session.get_one(Registration, registration_id, with_for_update=True)
    now = clock.now()
    until = latest_hold(registration.gathering, until, now=now)
    if registration.state == "held" and registration.hold_until == until:
        return
    is_kept = registration.state == "held" and registration.hold_until is not None
    if not is_kept and registration.state != "lapsed":
        raise NotHeld
    if until <= max(registration.hold_until or now, now):
        raise HoldNotLonger
    _hold_again(registration)
    registration.hold_until = until
    emit(HoldExtended(registration_id=registration.id, gathering_id=registration.gathering_id,
                      until=int(until.timestamp())))  # fmt: skip


def confirm_unpaid(registration_id: int, *, pays_by: str) -> None:
    """The places are theirs although money is still owed; it will come in cash or by transfer. Knowingly.

    Confirmed already, it stays as it is. Raises NotHeld, or GatheringFull when lapsed places are gone.
    """
    registration = db.session.get_one(Registration, registration_id, with_for_update=True)
    if registration.state == "confirmed":
        return
    if registration.state not in {"held", "lapsed"}:
        raise NotHeld
    _hold_again(registration)
    registration.pays_by = pays_by
    emit(ConfirmedUnpaid(registration_id=registration.id, gathering_id=registration.gathering_id,
                         amount_minor=owed(registration), currency=registration.currency))  # fmt: skip
    confirm_now(registration)


def heed_payment(registration: Registration) -> bool:
    """Money was noted by hand: whether its places can be confirmed now, because all that is owed is there.

    Lapsed places are taken again where they are still free. With a part of the money nothing lapses any more: somebody
    of the house decides.
    """
    lapsed = sum(place.price_minor for place in registration.places if place.state == "lapsed")
    if registration.state == "lapsed" and paid(registration) >= lapsed and taken_again(registration):
        registration.state = "held"
    if registration.state == "held" and not registration.awaits_bank:
        registration.hold_until = None
    return registration.state == "held" and not owed(registration)


def heed_correction(registration: Registration, *, way: str) -> None:
    """Money noted by hand was a mistake: a hold without any money has an end again; what is confirmed stays so, and owes."""
    if registration.state == "held" and not registration.awaits_bank and not paid(registration):
        registration.hold_until = latest_hold(registration.gathering, None, now=clock.now())
    if registration.state == "confirmed" and owed(registration):
        registration.pays_by = registration.pays_by or way


def _hold_again(registration: Registration) -> None:
    if registration.state == "lapsed":
        if not taken_again(registration):
            raise GatheringFull
        registration.state = "held"
