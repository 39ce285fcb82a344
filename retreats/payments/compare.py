"""Comparing the books: for every payment, captured − refunded − lost here and at the provider."""

from __future__ import annotations

from sqlalchemy import select

from retreats.booking.models import LedgerEntry
from retreats.db import db, let_go
from retreats.payments import provider
from retreats.payments.models import Attempt, Refund


def differences() -> tuple[int, list[str]]:
    """How many payments were compared, and a sentence for each that differs. Amounts in minor units."""
    attempts = db.session.scalars(select(Attempt).where(Attempt.payment_intent.is_not(None)).order_by(Attempt.id)).all()
    ours = {attempt.payment_intent: (_ours(attempt), attempt.registration.reference) for attempt in attempts}
    let_go()
    found = []
    for intent, (amount, reference) in ours.items():
        theirs = _theirs(str(intent))
        if theirs != amount:
            found.append(f"{reference} {intent}: our books say {amount}, the provider says {theirs}.")
    return len(ours), found


def _ours(attempt: Attempt) -> int:
    refunds = db.session.scalars(select(Refund.stripe_refund_id).where(Refund.attempt_id == attempt.id)).all()
    refs = [f"capture:{attempt.payment_intent}"]
    refs += [f"{kind}:{each}" for each in refunds if each for kind in ("refund", "refund-returned")]
    entries = db.session.scalars(
        select(LedgerEntry).where(LedgerEntry.registration_id == attempt.registration_id)
    ).all()
    mine = [each.amount_minor for each in entries if each.provider_ref in refs]
    lost = [each.amount_minor for each in entries if each.kind == "lost"] if attempt.dispute == "lost" else []
    return sum(mine) + sum(lost)


def _theirs(payment_intent: str) -> int:
    intent = provider.payment(payment_intent)
    captured = int(intent.amount_received or 0)
    refunded = sum(each.amount for each in provider.refunds_of(payment_intent) if each.status == "succeeded")
    lost = sum(each.amount for each in provider.disputes_of(payment_intent) if each.status == "lost")
    return int(captured - refunded - lost)
