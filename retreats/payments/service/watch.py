"""When no news arrives we ask: webhooks get lost, browsers are closed. And when a hold lapses, its checkout is closed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from retreats import clock
from retreats.booking import service as booking
from retreats.booking.models import Registration
from retreats.db import db, let_go
from retreats.events import HoldLapsed, PaidByHand, PaymentUnsure, PlaceCancelled, StripeNoticed
from retreats.outbox import emit
from retreats.payments import provider
from retreats.payments.models import Attempt, Notice
from retreats.payments.service.disputes import book_dispute
from retreats.payments.service.refunds import book_refunds_of
from retreats.payments.service.settle import settle

_LONGEST = timedelta(hours=6)
_BATCH = 50


def look_again(_now: datetime) -> None:
    """The clock's part: ask about attempts of which nothing was heard, later and later (real time)."""
    now = clock.real_now()
    quiet = db.session.scalars(
        select(Attempt).where(Attempt.look_at <= now).order_by(Attempt.look_at).limit(_BATCH)
        .with_for_update(skip_locked=True)
    )  # fmt: skip
    for attempt in quiet:
        attempt.looks += 1
        attempt.look_at = now + min(timedelta(minutes=3 * 2**attempt.looks), _LONGEST)
        emit(PaymentUnsure(registration_id=attempt.registration_id, attempt_id=attempt.id))


def ask_stripe(event: PaymentUnsure) -> None:
    """Read the session back."""
    session_id = db.session.scalar(select(Attempt.session_id).where(Attempt.id == event.attempt_id))
    let_go()
    if session_id is not None:
        settle(session_id)


def close_checkout(event: HoldLapsed) -> None:
    """The places are free again: nobody should pay for them now. Who was faster is settled as ever."""
    _close(event.registration_id)


def close_outgrown(event: PlaceCancelled | PaidByHand) -> None:
    """A place was given back before it was paid for, or was paid by hand: nobody should pay more than is owed now."""
    registration = db.session.get_one(Registration, event.registration_id)
    _close(event.registration_id, but_for=booking.owed(registration))


def _close(registration_id: int, *, but_for: int = 0) -> None:
    """Close its checkouts, but for one of the right amount."""
    open_sessions = db.session.scalars(
        select(Attempt.session_id).where(
            Attempt.registration_id == registration_id,
            Attempt.state == "opened",
            Attempt.session_id.is_not(None),
            Attempt.amount_minor != but_for,
        )
    ).all()
    let_go()
    for session_id in filter(None, open_sessions):
        provider.expire_checkout(session_id)
        settle(session_id)


def heed(event: StripeNoticed) -> None:
    """Act on a stored notice: always by reading back what it is about."""
    notice = db.session.get_one(Notice, event.notice_id)
    kind, object_id, intent = notice.type, notice.object_id, notice.payment_intent
    let_go()
    if kind.startswith("checkout.session."):
        settle(object_id)
    elif kind.startswith(("charge.refund", "refund.")) and intent:
        if _is_ours(intent):
            book_refunds_of(intent)
    elif kind.startswith("charge.dispute.") and intent and _is_ours(intent):
        book_dispute(object_id)


def _is_ours(payment_intent: str) -> bool:
    found = db.session.scalar(select(Attempt.id).where(Attempt.payment_intent == payment_intent))
    let_go()
    return found is not None
