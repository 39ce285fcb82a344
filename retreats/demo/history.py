"""The payments of the demonstration's past, for the Stripe stand-in, whose ledger begins empty."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from retreats.db import db
from retreats.demo.stripe.past import PastPayment, PastRefund
from retreats.payments.models import Attempt, Refund


def stripe_history() -> list[PastPayment]:
    """Every payment that the loader wrote (not those made since), oldest first."""
    attempts = db.session.scalars(
        select(Attempt)
        .where(Attempt.session_id.startswith("cs_demo_"), Attempt.state == "captured")
        .options(joinedload(Attempt.registration))
        .order_by(Attempt.opened_at, Attempt.id)
    ).all()
    refunds = db.session.scalars(select(Refund).where(Refund.stripe_refund_id.startswith("re_demo_"))).all()
    return [_payment(each, [refund for refund in refunds if refund.attempt_id == each.id]) for each in attempts]


def _payment(attempt: Attempt, refunds: list[Refund]) -> PastPayment:
    return PastPayment(
        session=attempt.session_id or "",
        payment_intent=attempt.payment_intent or "",
        amount=attempt.amount_minor,
        currency=attempt.currency.lower(),
        refunds=[_refund(refund) for refund in refunds],
        registration=attempt.registration.reference,
        attempt=f"{attempt.id:x}",
        paid_at=int((attempt.settled_at or attempt.opened_at).timestamp()),
    )


def _refund(refund: Refund) -> PastRefund:
    return PastRefund(
        id=refund.stripe_refund_id or "",
        amount=refund.amount_minor,
        reference=f"{refund.id:x}",
        made_at=int(refund.requested_at.timestamp()),
    )
