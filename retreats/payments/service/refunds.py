"""Money on its way back: asked for in our books first, then of Stripe, and entered once when Stripe has done it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, or_, select

from retreats import clock
from retreats.booking import service as booking
from retreats.booking.models import LedgerEntry, Registration
from retreats.db import db, let_go, new_id, writing
from retreats.events import PlaceCancelled, PlaceUnavailable, RefundFailed, RefundMade, RefundRequested, TooMuchPaid
from retreats.outbox import emit
from retreats.payments import provider
from retreats.payments.models import Attempt, Refund
from retreats.payments.service.review import look_at, on_its_way_back, raise_item


def refund_cancelled_place(event: PlaceCancelled) -> None:
    """A place was given back: what was agreed for it goes back."""
    if event.refund_minor > 0:
        request_refund(event.registration_id, event.refund_minor, occasion=f"place:{event.place_id}")


def refund_everything(event: PlaceUnavailable) -> None:
    """It was paid and there is no place: all that came in goes back."""
    held = db.session.scalar(
        select(func.sum(LedgerEntry.amount_minor)).where(LedgerEntry.registration_id == event.registration_id)
    )
    if held:
        request_refund(event.registration_id, held, occasion=f"unavailable:{event.registration_id}")


def refund_too_much(event: TooMuchPaid) -> None:
    """More came in than was owed: the difference goes back, of the payment that came last."""
    asked = db.session.scalar(
        select(func.sum(Refund.amount_minor)).where(Refund.occasion.like(f"too-much:{event.registration_id}:%"))
    )
    left = event.amount_minor - (asked or 0)
    if left > 0:
        occasion = f"too-much:{event.registration_id}:{event.amount_minor}"
        request_refund(event.registration_id, left, occasion=occasion, last_first=True)


def request_refund(registration_id: int, amount_minor: int, *, occasion: str, last_first: bool = False) -> None:
    """Let this amount go back, spread over what was captured (of the last payment first, if wanted); once an occasion.

    Never more than the house holds. What the provider cannot give back (it came in by hand, it is disputed) becomes an
    open item.
    """
    registration = db.session.get_one(Registration, registration_id, with_for_update=True)
    db.session.refresh(registration, ["ledger"])
    left = min(amount_minor, booking.balance(registration) - on_its_way_back(registration_id))
    attempts = _captured_attempts(registration_id)
    for attempt in reversed(attempts) if last_first else attempts:
        part = min(left, attempt.amount_minor - _already_going_back(attempt.id))
        if part > 0 and _ask(attempt, part, occasion=f"{occasion}:{attempt.id}"):
            left -= part
    already = db.session.scalar(select(func.count()).select_from(Refund).where(Refund.occasion.like(f"{occasion}:%")))
    if left > 0 and any(entry.by_hand for entry in registration.ledger):
        look_at(registration)
    elif left > 0 and not already:
        raise_item("refund_not_possible", occasion=f"refund:{occasion}", registration_id=registration_id,
                   amount_minor=left)  # fmt: skip


def can_go_back(registration_id: int) -> int:
    """How much of what was captured the provider could still give back: nothing of what is disputed."""
    attempts = _captured_attempts(registration_id)
    return sum(max(each.amount_minor - _already_going_back(each.id), 0) for each in attempts)


def _captured_attempts(registration_id: int) -> list[Attempt]:
    return list(
        db.session.scalars(
            select(Attempt)
            .where(
                Attempt.registration_id == registration_id,
                Attempt.state == "captured",
                or_(Attempt.dispute.is_(None), Attempt.dispute == "won"),
            )
            .order_by(Attempt.number)
            .with_for_update()
        )
    )


def _already_going_back(attempt_id: int) -> int:
    return (
        db.session.scalar(
            select(func.sum(Refund.amount_minor)).where(Refund.attempt_id == attempt_id, Refund.state != "failed")
        )
        or 0
    )


def _ask(attempt: Attempt, amount_minor: int, *, occasion: str) -> bool:
    if db.session.scalar(select(Refund.id).where(Refund.occasion == occasion)) is not None:
        return False
    refund = Refund(
        id=new_id(),
        registration_id=attempt.registration_id,
        attempt_id=attempt.id,
        occasion=occasion,
        amount_minor=amount_minor,
        currency=attempt.currency,
        requested_at=clock.now(),
    )
    db.session.add(refund)
    db.session.flush()
    emit(RefundRequested(registration_id=attempt.registration_id, refund_id=refund.id, amount_minor=amount_minor,
                         currency=attempt.currency))  # fmt: skip
    return True


def send_refund(event: RefundRequested) -> None:
    """Ask Stripe, under a key that asks once however often we try, and enter what became of it."""
    refund = db.session.get_one(Refund, event.refund_id)
    if refund.state != "requested" or refund.attempt.payment_intent is None:
        return
    intent, amount = refund.attempt.payment_intent, refund.amount_minor
    let_go()
    made = provider.refund(intent, amount, key=f"refund-{event.refund_id:x}", reference=f"{event.refund_id:x}")
    with writing():
        book(made, refund_id=event.refund_id)


def book_refunds_of(payment_intent: str) -> None:
    """Bring our books to where Stripe's refunds of one payment stand, also those made in its dashboard."""
    made = provider.refunds_of(payment_intent)
    with writing():
        for each in made:
            book(each)


def book(made: Any, *, refund_id: int | None = None) -> None:
    """Enter one refund as Stripe tells it: each state once, each amount once."""
    refund = _ours(made, refund_id)
    if refund is None:
        return
    refund.stripe_refund_id = made.id
    if made.status == "succeeded" and refund.state != "refunded":
        refund.state = "refunded"
        _enter(refund, "refunded", -made.amount, f"refund:{made.id}")
        emit(RefundMade(registration_id=refund.registration_id, refund_id=refund.id, amount_minor=made.amount,
                        currency=refund.currency))  # fmt: skip
    elif made.status in {"failed", "canceled"} and refund.state != "failed":
        if refund.state == "refunded":
            _enter(refund, "returned", made.amount, f"refund-returned:{made.id}")
        refund.state = "failed"
        emit(RefundFailed(registration_id=refund.registration_id, refund_id=refund.id))
        raise_item("refund_failed", occasion=f"refund-failed:{refund.id}", registration_id=refund.registration_id,
                   amount_minor=made.amount, currency=refund.currency)  # fmt: skip
    elif made.status in {"pending", "requires_action"} and refund.state == "requested":
        refund.state = "pending"


def _ours(made: Any, refund_id: int | None) -> Refund | None:
    """Our row for a refund of Stripe's; one made in the dashboard gets a row now."""
    if refund_id is not None:
        return db.session.get_one(Refund, refund_id, with_for_update=True)
    known = db.session.scalar(select(Refund).where(Refund.stripe_refund_id == made.id).with_for_update())
    if known is not None:
        return known
    tagged = made.metadata.to_dict().get("refund") if made.metadata else None
    if tagged:
        return db.session.get(Refund, int(tagged, 16), with_for_update=True)
    attempt = db.session.scalar(select(Attempt).where(Attempt.payment_intent == made.payment_intent))
    if attempt is None:
        return None
    refund = Refund(id=new_id(), registration_id=attempt.registration_id, attempt_id=attempt.id,
                    occasion=f"dashboard:{made.id}", amount_minor=made.amount, currency=made.currency.upper(),
                    requested_at=clock.now())  # fmt: skip
    db.session.add(refund)
    db.session.flush()
    return refund


def _enter(refund: Refund, kind: str, amount_minor: int, provider_ref: str) -> None:
    if db.session.scalar(select(LedgerEntry.id).where(LedgerEntry.provider_ref == provider_ref)) is not None:
        return
    db.session.add(
        LedgerEntry(
            id=new_id(),
            registration_id=refund.registration_id,
            kind=kind,
            amount_minor=amount_minor,
            currency=refund.currency,
            provider_ref=provider_ref,
            entered_at=clock.now(),
        )
    )
