"""Somebody asks their bank for the money back. https://docs.stripe.com/disputes/how-disputes-work

An inquiry takes no money. A dispute takes it at once; winning brings it back.
"""

from __future__ import annotations

from retreats.demo.stripe import money
from retreats.demo.stripe.decoding import Thing
from retreats.demo.stripe.desk import Desk, new_id, public, whole
from retreats.demo.stripe.refused import Refused

OUTCOMES = ("won", "lost")
WEEK = 7 * 86400


def open_dispute(
    desk: Desk, intent: Thing, *, amount: object = None, reason: str = "general", inquiry: bool = False
) -> Thing:
    """About all of a charge, or an amount in minor units. Raises Refused where there is no charge or already a dispute."""
    if not intent["latest_charge"]:
        message = "There is no charge to dispute."
        raise Refused(message)
    charge = desk.get("charge", intent["latest_charge"])
    if charge["disputed"]:
        message = f"The charge {charge['id']} has already been disputed."
        raise Refused(message, code="charge_disputed")
    left = charge["amount"] - charge["amount_refunded"]
    asked = whole(left if amount in {None, ""} else amount, "amount", least=1, most=left)
    _mark(desk, charge["id"], disputed=True, blocked=not inquiry)
    dispute = _described(desk, charge, asked, reason, inquiry=inquiry)
    desk.ledger.add(dispute)
    if not inquiry:
        _move(desk, dispute, -asked, costs=money.DISPUTE_FEE, category="dispute")
    desk.notify("charge.dispute.created", dispute)
    if not inquiry:
        desk.notify("charge.dispute.funds_withdrawn", dispute)
    return dispute


def close(desk: Desk, dispute: Thing, *, won: bool) -> Thing:
    """The bank has decided. An inquiry is closed without money moving when won; lost, it takes the money.

    Raises Refused when it is closed already.
    """
    if dispute["status"] in {"won", "lost", "warning_closed"}:
        message = "This dispute is already closed."
        raise Refused(message)
    inquiry = dispute["status"].startswith("warning")
    before = {"status": dispute["status"]}
    dispute["status"] = ("warning_closed" if inquiry else "won") if won else "lost"
    desk.ledger.save(dispute)
    _mark(desk, dispute["charge"], disputed=not (inquiry and won), blocked=not won)
    if won and not inquiry:
        _move(desk, dispute, dispute["amount"], category="dispute_reversal")
        desk.notify("charge.dispute.funds_reinstated", dispute)
    if inquiry and not won:
        _move(desk, dispute, -dispute["amount"], costs=money.DISPUTE_FEE, category="dispute")
        desk.notify("charge.dispute.funds_withdrawn", dispute)
    desk.notify("charge.dispute.closed", dispute, before=before)
    return dispute


def _mark(desk: Desk, identifier: str, *, disputed: bool, blocked: bool) -> None:
    """A charge whose money the bank holds, or has taken, cannot be refunded."""
    charge = desk.get("charge", identifier)
    charge |= {"disputed": disputed, "_blocked": blocked}
    desk.ledger.save(charge)


def _move(desk: Desk, dispute: Thing, amount: int, *, category: str, costs: int = 0) -> None:
    identifier = money.move(desk, "adjustment", dispute, amount, costs=costs, category=category)
    movement = desk.get("balance_transaction", identifier)
    dispute["balance_transactions"].append(public(movement))
    desk.ledger.save(dispute)


def _described(desk: Desk, charge: Thing, amount: int, reason: str, *, inquiry: bool) -> Thing:
    return {
        "id": new_id("du"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": desk.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {
            "due_by": desk.now() + WEEK,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {"type": "card", "card": {"brand": "visa", "case_type": "chargeback"}},
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }
