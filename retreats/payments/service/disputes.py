"""Disputes: a bank takes a payment back, or only asks about it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from retreats import clock
from retreats.booking.models import LedgerEntry
from retreats.db import db, new_id, writing
from retreats.events import PaymentDisputed
from retreats.outbox import emit
from retreats.payments import provider
from retreats.payments.models import Attempt
from retreats.payments.service.review import raise_item


def book_dispute(dispute_id: str) -> None:
    """Bring our books to where a dispute stands. Only a lost one moves money in our ledger; an inquiry is a flag."""
    dispute = provider.dispute_of(dispute_id)
    with writing():
        attempt = db.session.scalar(
            select(Attempt).where(Attempt.payment_intent == dispute.payment_intent).with_for_update()
        )
        if attempt is not None:
            _book(attempt, dispute)


def _book(attempt: Attempt, dispute: Any) -> None:
    raise_item("inquiry" if dispute.status.startswith("warning") else "dispute", occasion=f"dispute:{dispute.id}",
               registration_id=attempt.registration_id, amount_minor=dispute.amount,
               currency=dispute.currency.upper())  # fmt: skip
    if dispute.status.startswith("warning"):
        return
    outcome = dispute.status if dispute.status in {"won", "lost"} else "open"
    if attempt.dispute == outcome:
        return
    attempt.dispute = outcome
    if outcome == "lost":
        _lose(attempt, dispute)
    emit(PaymentDisputed(registration_id=attempt.registration_id, amount_minor=dispute.amount,
                         currency=dispute.currency.upper(), outcome=outcome))  # fmt: skip


def _lose(attempt: Attempt, dispute: Any) -> None:
    provider_ref = f"dispute:{dispute.id}"
    if db.session.scalar(select(LedgerEntry.id).where(LedgerEntry.provider_ref == provider_ref)) is None:
        db.session.add(
            LedgerEntry(
                id=new_id(),
                registration_id=attempt.registration_id,
                kind="lost",
                amount_minor=-dispute.amount,
                currency=dispute.currency.upper(),
                provider_ref=provider_ref,
                entered_at=clock.now(),
            )
        )
