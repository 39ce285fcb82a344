"""Money that somebody of the house took or gave themselves: in cash, or by a transfer they saw on the account.

The ledger keeps every entry; a mistaken one is taken back by a counter-entry. The reference of an entry says that it was
made by hand, so that nobody looks for it at the provider.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from retreats import clock
from retreats.booking import service as booking
from retreats.booking.models import LedgerEntry, Registration
from retreats.db import db, new_id
from retreats.events import EntryReversed, PaidByHand, RefundedByHand
from retreats.outbox import emit
from retreats.payments.models import Attempt, Refund
from retreats.payments.service.refunds import can_go_back, request_refund
from retreats.payments.service.review import look_at, on_its_way_back
from retreats.refusals import NotFound, Refusal


class MoreThanOwed(Refusal):
    """More came in than is owed; `owed_minor` says how much is. Somebody has to say that this is so."""

    code = "more_than_owed"
    status = 422

    def __init__(self, owed_minor: int) -> None:
        super().__init__()
        self.owed_minor = owed_minor


class MoreThanHeld(Refusal):
    """More would go back than there is; `held_minor` says how much there is."""

    code = "more_than_held"
    status = 422

    def __init__(self, held_minor: int) -> None:
        super().__init__()
        self.held_minor = held_minor


class Disputed(Refusal):
    """A bank is asked to take the payment back: until that is decided nothing goes back besides."""

    code = "disputed"


def receive(registration_id: int, amount_minor: int, *, way: str, key: str, knowingly: bool = False) -> None:
    """Note money that came in; confirm the registration when all that is owed is there.

    The same form (`key`) twice is one entry. What cannot be kept, because there is no place for it or it is too much,
    is put on the organiser's list. Raises MoreThanOwed unless that is said `knowingly`.
    """
    registration = _locked(registration_id)
    ref = f"by-hand:{way}:{key}"
    if _is_entered(ref):
        return
    owed = booking.owed(registration)
    if amount_minor > owed and not knowingly:
        raise MoreThanOwed(owed)
    entry = _enter(registration, "captured", amount_minor, ref)
    confirms = booking.heed_payment(registration)
    emit(PaidByHand(**_facts(entry, way), confirms=confirms))
    if confirms:
        booking.confirm_now(registration)
    look_at(registration)


def pay_back(registration_id: int, amount_minor: int, *, way: str, key: str) -> None:
    """Note money that somebody of the house has given back themselves. The same form twice is one entry.

    Raises MoreThanHeld: never more goes back than came in.
    """
    registration = _locked(registration_id)
    ref = f"by-hand:{way}:{key}"
    if _is_entered(ref):
        return
    _refuse_more_than(can_be_given_back(registration), amount_minor)
    entry = _enter(registration, "refunded", -amount_minor, ref)
    emit(RefundedByHand(**_facts(entry, way)))
    look_at(registration)


def send_back(registration_id: int, amount_minor: int, *, key: str) -> None:
    """Let the provider give this back, the way it came. The same form twice is one refund.

    Raises Disputed, or MoreThanHeld for more than the provider or the house has of it.
    """
    registration = _locked(registration_id)
    attempts = db.session.scalars(select(Attempt).where(Attempt.registration_id == registration_id)).all()
    if any(attempt.dispute == "open" for attempt in attempts):
        raise Disputed
    occasion = f"organiser:{key}"
    if db.session.scalar(select(Refund.id).where(Refund.occasion.like(f"{occasion}:%")).limit(1)) is not None:
        return
    _refuse_more_than(min(can_be_given_back(registration), can_go_back(registration_id)), amount_minor)
    request_refund(registration_id, amount_minor, occasion=occasion)


def reverse(registration_id: int, entry_id: int) -> None:
    """Take back what was noted by hand: a counter-entry. Pressed twice it is done once.

    Raises NotFound for what the provider moved, for a counter-entry and for an entry of elsewhere; MoreThanHeld when
    the money has been given back meanwhile.
    """
    registration = _locked(registration_id)
    entry = next((each for each in registration.ledger if each.id == entry_id), None)
    if entry is None or entry.by_hand is None or entry.reverses is not None:
        raise NotFound
    ref = f"by-hand:{entry.by_hand}:reversal:{entry.id}"
    if _is_entered(ref):
        return
    if entry.amount_minor > 0:
        _refuse_more_than(can_be_given_back(registration), entry.amount_minor)
    counter = _enter(registration, entry.kind, -entry.amount_minor, ref)
    booking.heed_correction(registration, way=entry.by_hand)
    emit(EntryReversed(**_facts(counter, entry.by_hand) | {"entry_id": entry.id}))
    look_at(registration)


def can_be_given_back(registration: Registration) -> int:
    """How much the house has of this registration and has not sent on its way back."""
    return max(booking.balance(registration) - on_its_way_back(registration.id), 0)


def _locked(registration_id: int) -> Registration:
    registration = db.session.get_one(Registration, registration_id, with_for_update=True)
    db.session.refresh(registration, ["ledger", "places"])
    return registration


def _is_entered(ref: str) -> bool:
    return db.session.scalar(select(LedgerEntry.id).where(LedgerEntry.provider_ref == ref)) is not None


def _refuse_more_than(most: int, amount_minor: int) -> None:
    if amount_minor > most:
        raise MoreThanHeld(most)


def _enter(registration: Registration, kind: str, amount_minor: int, ref: str) -> LedgerEntry:
    entry = LedgerEntry(id=new_id(), kind=kind, amount_minor=amount_minor, currency=registration.currency,
                        provider_ref=ref, entered_at=clock.now())  # fmt: skip
    registration.ledger.append(entry)
    db.session.flush()
    return entry


def _facts(entry: LedgerEntry, way: str) -> dict[str, Any]:  # Any: an event's fields, ids and words
    """What the events about an entry have in common."""
    return {"registration_id": entry.registration_id, "gathering_id": entry.registration.gathering_id,
            "entry_id": entry.id, "amount_minor": abs(entry.amount_minor), "currency": entry.currency, "way": way}  # fmt: skip
