"""Comparing the books: for every payment, captured − refunded − lost here and at Stripe, whichever of the two knows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from retreats.booking.models import LedgerEntry, Registration
from retreats.db import db, let_go
from retreats.languages import money
from retreats.payments import provider
from retreats.payments.models import Attempt, Refund


@dataclass
class Payment:
    """What one of the books holds of a payment: minor units by currency. `reference` is the booking's, if it names one."""

    reference: str = ""
    holds: Counter[str] = field(default_factory=Counter)
    came: bool = True
    """Whether any money ever did."""
    is_trial: bool = False
    """Paid by an owner of a house to see whether it can be: it goes back, and stands in no ledger."""
    disputes: list[str] = field(default_factory=list)

    @property
    def amounts(self) -> dict[str, int]:
        """Without what came to nothing."""
        return {currency: amount for currency, amount in sorted(self.holds.items()) if amount}


Book = dict[str, Payment]
"""By the id of the payment intent."""


@dataclass(frozen=True)
class Comparison:
    """How many payments are this house's, a sentence for each that does not fit, and one for each that is not its own."""

    compared: int
    differing: list[str]
    foreign: list[str]


def compare() -> Comparison:
    """Both books, whole. A payment that does not fit is read once more: it may have changed while we looked.

    Changes nothing. Raises StripeError. Payments that carry no booking of a house like this one are foreign: somebody
    else uses the same account, which is no fault.
    """
    at_stripe = _theirs(provider.all_payments(), provider.all_refunds(), provider.all_disputes())
    ours = _ours(at_stripe)
    suspects = [intent for intent in _known(ours, at_stripe) if not _fits(ours, at_stripe, intent)]
    for intent in suspects:
        at_stripe.pop(intent, None)
        at_stripe |= _read_again(intent)
    ours = _ours(at_stripe) if suspects else ours
    return Comparison(
        compared=len(_known(ours, at_stripe)),
        differing=[_sentence(ours, at_stripe, intent) for intent in suspects if not _fits(ours, at_stripe, intent)],
        foreign=[_foreign(intent, each) for intent, each in _only_theirs(ours, at_stripe) if _is_foreign(each)],
    )


def differences() -> tuple[int, list[str]]:
    """How many payments are this house's, and a sentence for each that does not fit."""
    found = compare()
    return found.compared, found.differing


def payments_here() -> bool:
    """Whether anything was ever paid, as far as we know."""
    return db.session.scalar(select(Attempt.id).where(Attempt.payment_intent.is_not(None)).limit(1)) is not None


def _known(ours: Book, at_stripe: Book) -> list[str]:
    """Every payment that is this house's."""
    return [*ours, *(intent for intent, each in _only_theirs(ours, at_stripe) if each.reference)]


def _only_theirs(ours: Book, at_stripe: Book) -> list[tuple[str, Payment]]:
    return [(intent, each) for intent, each in at_stripe.items() if intent not in ours and each.came]


def _fits(ours: Book, at_stripe: Book, intent: str) -> bool:
    return intent in ours and intent in at_stripe and ours[intent].amounts == at_stripe[intent].amounts


def _sentence(ours: Book, at_stripe: Book, intent: str) -> str:
    here, there = ours.get(intent), at_stripe.get(intent)
    if there is None:
        here = here or Payment()
        return f"{here.reference}: our books hold {_spelled(here)} of a payment that Stripe does not know ({intent})."
    if here is None:
        return f"{there.reference}: Stripe holds {_spelled(there)} of a payment that is not in our books ({intent})."
    return f"{here.reference}: our books hold {_spelled(here)}, Stripe holds {_spelled(there)} ({intent})."


def _is_foreign(payment: Payment) -> bool:
    return not payment.reference and not (payment.is_trial and not payment.amounts)


def _foreign(intent: str, payment: Payment) -> str:
    if payment.is_trial:
        return f"{intent}: {_spelled(payment)} were paid to try Stripe, and have not gone back yet."
    return f"{intent}: {_spelled(payment)} at Stripe are not this house's; somebody else uses the same account."


def _spelled(payment: Payment) -> str:
    return " and ".join(money(amount, currency) for currency, amount in payment.amounts.items()) or "nothing"


def _ours(at_stripe: Book) -> Book:
    """Our ledger, by payment: not what the house took or gave by hand, of which Stripe knows nothing. An entry of which
    nobody knows the payment stands under its own name.
    """
    attempts = db.session.execute(
        select(Attempt.id, Attempt.payment_intent, Registration.reference)
        .join(Registration)
        .where(Attempt.payment_intent.is_not(None))
        .order_by(Attempt.id)
    ).all()
    entries = db.session.execute(
        select(LedgerEntry.provider_ref, LedgerEntry.amount_minor, LedgerEntry.currency, Registration.reference)
        .join(Registration)
        .where(LedgerEntry.provider_ref.not_like("by-hand:%"))
        .order_by(LedgerEntry.id)
    ).all()
    belongs_to = _refunds() | {name: intent for intent, each in at_stripe.items() for name in each.disputes}
    let_go()
    book = {str(each.payment_intent): Payment(each.reference) for each in attempts}
    for each in entries:
        kind, _, name = each.provider_ref.partition(":")
        intent = name if kind == "capture" else belongs_to.get(name, each.provider_ref)
        book.setdefault(intent, Payment(each.reference)).holds[each.currency] += each.amount_minor
    return book


def _refunds() -> dict[str, str]:
    """The payment of each refund, by Stripe's ids."""
    found = db.session.execute(select(Refund.stripe_refund_id, Attempt.payment_intent).join(Refund.attempt))
    return {refund: intent for refund, intent in found if refund and intent}


def _theirs(intents: Iterable[Any], refunds: Iterable[Any], disputes: Iterable[Any]) -> Book:
    """Stripe's objects, by payment."""
    book: Book = {}
    for each in intents:
        tags = each.metadata.to_dict() if each.metadata else {}
        came = each.amount_received or 0
        reference, is_trial = str(tags.get("registration", "")), "trial" in tags
        book[each.id] = Payment(reference, Counter({each.currency.upper(): came}), came > 0, is_trial=is_trial)
    for each in refunds:
        if each.payment_intent in book and each.status == "succeeded":
            book[each.payment_intent].holds[each.currency.upper()] -= each.amount
    for each in disputes:
        if each.payment_intent in book:
            book[each.payment_intent].disputes.append(each.id)
            book[each.payment_intent].holds[each.currency.upper()] -= each.amount if each.status == "lost" else 0
    return book


def _read_again(intent: str) -> Book:
    """One payment as Stripe has it now; empty when it knows none."""
    found = provider.payment(intent)
    return {} if found is None else _theirs([found], provider.refunds_of(intent), provider.disputes_of(intent))
