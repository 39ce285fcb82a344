"""The house books for somebody, on the telephone or at the door: the same places and the same rules, other ways to pay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from retreats import clock
from retreats.accounts import service as accounts
from retreats.booking.models import BY_HAND, Registration, WaitingEntry
from retreats.booking.opening import opening
from retreats.booking.service.confirm import confirm_now
from retreats.booking.service.hold import lapse_overdue
from retreats.booking.service.register import Party, refuse_if_booked, ticket_of, written
from retreats.catalogue.models import Gathering
from retreats.catalogue.service import NotOpen, take
from retreats.db import db
from retreats.events import BookedByHouse, ConfirmedUnpaid, RegistrationHeld
from retreats.outbox import emit

WAYS = ("link", *BY_HAND, "free")
"""By the link in the letter, in cash, by transfer, or given: nothing is owed."""
LONGER_HOLD = timedelta(days=3)


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """What was said about paying. `keep_until` (house time) is cut at the beginning; None: three days."""

    pays_by: str
    keep_until: datetime | None = None
    confirms: bool = False
    """The places are theirs at once, although nothing has been paid yet."""
    read_out: bool = False
    """The terms were read out and accepted."""


def register_by_house(gathering_id: int, ticket_type_id: int, party: Party, arrangement: Arrangement) -> Registration:
    """Take one place for each attendee, also before booking opens and after it has closed.

    The same form sent again gives the registration it made before; whoever waits and is booked now leaves the waiting
    list. Raises GatheringFull (the capacity holds for the house too), NotOpen (a draft, postponed, begun, over or cancelled),
    AlreadyBooked, TermsNotAccepted, or NotFound.
    """
    if (before := db.session.scalar(select(Registration).where(Registration.form_key == party.form_key))) is not None:
        return before
    now = clock.now()
    ticket = ticket_of(gathering_id, ticket_type_id)
    lapse_overdue(gathering_id, now=now)
    _refuse_unless_bookable(ticket.gathering, now=now)
    refuse_if_booked(gathering_id, party)
    take(gathering_id, ticket_type_id, len(party.attendees), now=now)
    price = 0 if arrangement.pays_by == "free" else ticket.price_minor
    registration = written(ticket.gathering, ticket, party, price_minor=price)
    _arrange(registration, arrangement, now=now)
    _leave_the_waiting_list(gathering_id, party)
    return registration


def latest_hold(gathering: Gathering, until: datetime | None, *, now: datetime) -> datetime:
    """Until when places can be kept unpaid: this moment or three days, and never beyond the beginning."""
    wanted = until or now + LONGER_HOLD
    return wanted if gathering.starts_at is None or gathering.postponed_at else min(wanted, gathering.starts_at)


def _refuse_unless_bookable(gathering: Gathering, *, now: datetime) -> None:
    answer = opening(gathering, now=now).answer
    if answer in {"draft", "cancelled", "postponed", "paused", "over", "begun"}:
        raise NotOpen(answer)


def _arrange(registration: Registration, arrangement: Arrangement, *, now: datetime) -> None:
    """Note how it is paid, write down that the house booked, and hold or confirm."""
    by_hand = arrangement.pays_by in BY_HAND
    registration.pays_by = arrangement.pays_by if by_hand and registration.agreed_minor else None
    registration.read_out_at = now if arrangement.read_out else None
    ids = {"registration_id": registration.id, "gathering_id": registration.gathering_id}
    emit(BookedByHouse(**ids, pays_by=arrangement.pays_by, read_out=arrangement.read_out))
    if not registration.agreed_minor:
        confirm_now(registration)
    elif arrangement.confirms and by_hand:
        emit(ConfirmedUnpaid(**ids, amount_minor=registration.agreed_minor, currency=registration.currency))
        confirm_now(registration)
    else:
        registration.hold_until = latest_hold(registration.gathering, arrangement.keep_until, now=now)
        emit(RegistrationHeld(**ids))


def _leave_the_waiting_list(gathering_id: int, party: Party) -> None:
    addresses = [accounts.normalised(each.email) for each in party.attendees if each.email]
    db.session.execute(
        update(WaitingEntry)
        .where(
            WaitingEntry.gathering_id == gathering_id, WaitingEntry.email.in_(addresses), WaitingEntry.left_at.is_(None)
        )
        .values(left_at=clock.now())
    )
