"""Settling: whatever brought the news (webhook, return page, sweep), the session is read back and acted on once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from retreats import clock
from retreats.booking import service as booking
from retreats.booking.models import LedgerEntry, Registration
from retreats.db import db, let_go, new_id, writing
from retreats.events import PaymentAwaited, PaymentFailed, PaymentReceived
from retreats.outbox import emit
from retreats.payments import provider
from retreats.payments.models import Attempt
from retreats.payments.service.review import raise_item

SETTLED = {"captured", "failed", "expired"}


def settle(session_id: str) -> str | None:
    """Read the session back from Stripe and bring our books to where it stands; the attempt's state, or None.

    None: the session is not ours (a shared account). Safe to call by several at once, and again and again.
    """
    attempt_id = db.session.scalar(select(Attempt.id).where(Attempt.session_id == session_id))
    let_go()
    session = provider.checkout(session_id)
    if attempt_id is None:
        attempt_id = _attempt_named_by(session)
        if attempt_id is None:
            return None
    with writing():
        state = _settled(attempt_id, session)
    return state


def _attempt_named_by(session: Any) -> int | None:
    """The attempt that the session's own metadata names: its id was lost between Stripe's answer and our note."""
    spelled = session.metadata.to_dict().get("attempt", "") if session.metadata else ""
    try:
        attempt_id = int(spelled, 16)
    except ValueError:
        return None
    found = db.session.scalar(select(Attempt.id).where(Attempt.id == attempt_id))
    let_go()
    return found


def _settled(attempt_id: int, session: Any) -> str:
    attempt = db.session.get_one(Attempt, attempt_id, with_for_update=True)
    if attempt.session_id is None:
        attempt.session_id, attempt.session_url = session.id, session.url
    if attempt.state in {"captured", "failed"}:
        attempt.look_at = None
        return attempt.state
    if session.payment_status == "paid":
        _captured(attempt, session)
    elif session.status == "complete":
        _waits_or_failed(attempt, session)
    elif session.status == "expired" and attempt.state == "opened":
        attempt.state, attempt.settled_at = "expired", clock.real_now()
    if attempt.state in SETTLED:
        attempt.look_at = None
    return attempt.state


def _captured(attempt: Attempt, session: Any) -> None:
    intent = session.payment_intent
    attempt.payment_intent = intent if isinstance(intent, str) else intent.id
    attempt.state, attempt.settled_at = "captured", clock.real_now()
    db.session.add(
        LedgerEntry(
            id=new_id(),
            registration_id=attempt.registration_id,
            kind="captured",
            amount_minor=session.amount_total,
            currency=session.currency.upper(),
            provider_ref=f"capture:{attempt.payment_intent}",
            entered_at=clock.now(),
        )
    )
    if session.amount_total != attempt.amount_minor or session.currency.upper() != attempt.currency:
        raise_item("amount_differs", occasion=f"amount:{attempt.id}", registration_id=attempt.registration_id,
                   amount_minor=session.amount_total, currency=session.currency.upper())  # fmt: skip
        return
    emit(
        PaymentReceived(
            registration_id=attempt.registration_id,
            attempt_id=attempt.id,
            amount_minor=session.amount_total,
            currency=session.currency.upper(),
        )
    )


def _waits_or_failed(attempt: Attempt, session: Any) -> None:
    """Complete and unpaid: a slow bank method is on its way, or its bank has said no."""
    intent = session.payment_intent
    if intent is not None and not isinstance(intent, str):
        attempt.payment_intent = intent.id
    refused = intent is not None and not isinstance(intent, str) and intent.status in {
        "requires_payment_method",
        "canceled",
    }  # fmt: skip
    registration = db.session.get_one(Registration, attempt.registration_id, with_for_update=True)
    if refused:
        attempt.state, attempt.settled_at = "failed", clock.real_now()
        emit(PaymentFailed(registration_id=registration.id, attempt_id=attempt.id))
        if registration.state == "held" and registration.awaits_bank:
            booking.release(registration, now=clock.now())
    elif attempt.state == "opened":
        attempt.state = "waiting"
        if registration.state == "held":
            booking.extend_for_bank(registration)
        emit(PaymentAwaited(registration_id=registration.id, attempt_id=attempt.id))
