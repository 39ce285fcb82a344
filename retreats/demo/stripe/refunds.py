"""Money on its way back, whole or in parts, never more than came. https://docs.stripe.com/api/refunds"""

from __future__ import annotations

from retreats.demo.stripe import money
from retreats.demo.stripe.decoding import Thing
from retreats.demo.stripe.desk import Desk, whole
from retreats.demo.stripe.refused import Refused, invalid, missing

OUTCOMES = ("succeeded", "pending", "requires_action", "failed")
REASONS = ("duplicate", "fraudulent", "requested_by_customer")
OPEN = ("pending", "requires_action")


def create(desk: Desk, params: Thing) -> Thing:
    """Refund a charge, or what is left of it. Raises Refused."""
    if "reason" in params and params["reason"] not in REASONS:
        raise invalid(param="reason", why=f"Invalid reason: must be one of {', '.join(REASONS)}")
    charge = _charge(desk, params)
    amount = _amount(charge, params.get("amount"))
    outcome = desk.refund_outcomes.popleft() if desk.refund_outcomes else "succeeded"
    refund = _described(desk, charge, params, amount=amount, status="pending" if outcome == "failed" else outcome)
    refund["balance_transaction"] = money.move(desk, "refund", refund, -amount)
    desk.ledger.add(refund)
    _count(desk, charge, amount)
    desk.notify("refund.created", refund)
    desk.notify("charge.refunded", charge)
    if outcome == "failed":
        return settle(desk, refund, succeeded=False)
    return refund


def settle(desk: Desk, refund: Thing, *, succeeded: bool) -> Thing:
    """What the bank says to a refund in the end; it may also send back one that had succeeded.

    A failed refund puts the money back on the account. Raises Refused when it has already failed or succeeded.
    """
    if refund["status"] == "failed" or (succeeded and refund["status"] not in OPEN):
        message = f"This refund has already {refund['status']}."
        raise Refused(message)
    before = {"status": refund["status"]}
    refund |= {"status": "succeeded" if succeeded else "failed", "pending_reason": None, "next_action": None}
    if not succeeded:
        refund["failure_reason"] = "lost_or_stolen_card"
        back = money.move(desk, "refund_failure", refund, refund["amount"])
        refund["failure_balance_transaction"] = back
        _count(desk, desk.get("charge", refund["charge"]), -refund["amount"])
    desk.ledger.save(refund)
    desk.notify("refund.updated", refund, before=before)
    if not succeeded:
        desk.notify("refund.failed", refund)
    return refund


def _charge(desk: Desk, params: Thing) -> Thing:
    """What is to be refunded. Raises Refused where that cannot be."""
    charge = _named(desk, params)
    if charge.get("_blocked"):
        message = f"The charge {charge['id']} has been charged back; cannot issue a refund."
        raise Refused(message, code="charge_disputed")
    if charge["refunded"]:
        message = f"Charge {charge['id']} has already been refunded."
        raise Refused(message, code="charge_already_refunded")
    return charge


def _named(desk: Desk, params: Thing) -> Thing:
    if params.get("charge"):
        return desk.get("charge", params["charge"], param="charge")
    if not params.get("payment_intent"):
        raise missing(param="payment_intent")
    intent = desk.get("payment_intent", params["payment_intent"], param="payment_intent")
    if not intent["latest_charge"]:
        message = f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
        raise Refused(message, code="payment_intent_unexpected_state", param="payment_intent")
    return desk.get("charge", intent["latest_charge"])


def _amount(charge: Thing, asked: int | None) -> int:
    left = int(charge["amount"] - charge["amount_refunded"])
    if asked is None:
        return left
    amount = whole(asked, "amount", least=1)
    if amount > left:
        why = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        raise invalid(param="amount", why=why, code="amount_too_large")
    return amount


def _count(desk: Desk, charge: Thing, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    desk.ledger.save(charge)


def _described(desk: Desk, charge: Thing, params: Thing, *, amount: int, status: str) -> Thing:
    method = charge["payment_method_details"]["type"]
    return {
        "id": desk.new_id("re" if method == "card" else "pyr"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": desk.now(),
        "currency": charge["currency"],
        "destination_details": {"type": method, method: {}},
        "failure_balance_transaction": None,
        "failure_reason": None,
        "instructions_email": params.get("instructions_email"),
        "metadata": dict(params.get("metadata") or {}),
        "next_action": {"type": "display_details"} if status == "requires_action" else None,
        "payment_intent": charge["payment_intent"],
        "pending_reason": "processing" if status == "pending" else None,
        "reason": params.get("reason"),
        "receipt_number": None,
        "status": status,
    }
