"""What becomes of a session's money: a payment intent, and a charge once there is money.

https://docs.stripe.com/api/payment_intents and https://docs.stripe.com/payments/multibanco
"""

from __future__ import annotations

from retreats.demo.stripe import money
from retreats.demo.stripe.decoding import Thing
from retreats.demo.stripe.desk import Desk, new_id
from retreats.demo.stripe.refused import Refused

VOUCHER = 7 * 86400
"""Seconds that a voucher of a slow bank method is good for."""
DECLINED = {
    "code": "card_declined",
    "decline_code": "generic_decline",
    "doc_url": "https://docs.stripe.com/error-codes#card-declined",
    "message": "Your card was declined.",
    "type": "card_error",
}
UNPAID_VOUCHER = {
    "code": "payment_intent_payment_attempt_failed",
    "message": "The bank did not pay.",
    "type": "invalid_request_error",
}


def pay(desk: Desk, session: Thing) -> Thing:
    """By card, at once. Raises Refused unless the session is open."""
    _refuse_unless_open(session)
    _complete(desk, session)
    if session["amount_total"]:
        intent = _intent_of(desk, session)
        _capture(desk, intent, "card")
        session["payment_status"] = "paid"
    desk.ledger.save(session)
    desk.notify("checkout.session.completed", session)
    return session


def decline(desk: Desk, session: Thing) -> Thing:
    """The card is declined; the session stays open. Raises Refused unless it is open."""
    _refuse_unless_open(session)
    intent = _intent_of(desk, session)
    intent |= {"status": "requires_payment_method", "last_payment_error": DECLINED}
    desk.ledger.save(intent)
    desk.ledger.save(session, due=session["expires_at"])
    desk.notify("payment_intent.payment_failed", intent)
    return session


def pay_slowly(desk: Desk, session: Thing) -> Thing:
    """By a bank method that settles days later: complete, and unpaid until `settle`. Raises Refused unless it is open."""
    _refuse_unless_open(session)
    if not session["amount_total"]:
        return pay(desk, session)
    intent = _intent_of(desk, session)
    until = desk.now() + VOUCHER
    voucher = {"entity": "12345", "expires_at": until, "hosted_voucher_url": None, "reference": "123456789"}
    intent |= {
        "status": "requires_action",
        "last_payment_error": None,
        "next_action": {"type": "multibanco_display_details", "multibanco_display_details": voucher},
        "payment_method_types": ["multibanco"],
    }
    desk.ledger.save(intent)
    _complete(desk, session)
    session["_waiting"] = True
    desk.ledger.save(session, due=until)
    desk.notify("payment_intent.requires_action", intent)
    desk.notify("checkout.session.completed", session)
    return session


def settle(desk: Desk, session: Thing, *, succeeded: bool) -> Thing:
    """What the bank says in the end. Raises Refused unless a bank is being waited for."""
    if not session.get("_waiting"):
        message = "No bank is being waited for in this Checkout Session."
        raise Refused(message, code="payment_intent_unexpected_state")
    intent = desk.get("payment_intent", session["payment_intent"])
    intent["next_action"] = session["_waiting"] = None
    if succeeded:
        _capture(desk, intent, "multibanco")
        session["payment_status"] = "paid"
    else:
        intent |= {"status": "requires_payment_method", "last_payment_error": UNPAID_VOUCHER}
        desk.ledger.save(intent)
        desk.notify("payment_intent.payment_failed", intent)
    desk.ledger.save(session)
    desk.notify(f"checkout.session.async_payment_{'succeeded' if succeeded else 'failed'}", session)
    return session


def cancel(desk: Desk, identifier: str | None) -> None:
    """The intent of a session that has expired."""
    intent = desk.ledger.find(identifier) if identifier else None
    if intent is None:
        return
    intent |= {"status": "canceled", "canceled_at": desk.now(), "cancellation_reason": "automatic"}
    desk.ledger.save(intent)
    desk.notify("payment_intent.canceled", intent)


def _refuse_unless_open(session: Thing) -> None:
    if session["status"] != "open":
        message = f"This Checkout Session is {session['status']}: it can no longer be paid."
        raise Refused(message, code="payment_intent_unexpected_state")


def _complete(desk: Desk, session: Thing) -> None:
    email = session["customer_email"] or "guest@example.org"
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state")) | {"country": "PT"}
    details: Thing = {
        "address": address,
        "email": email,
        "name": None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    session |= {"status": "complete", "url": None, "customer_details": details, "_completed": desk.now()}


def _intent_of(desk: Desk, session: Thing) -> Thing:
    """The session's intent; the first attempt to pay makes one, as at Stripe."""
    if session["payment_intent"]:
        return desk.get("payment_intent", session["payment_intent"])
    asked = session["_intent"]
    identifier = desk.new_id("pi")
    intent = {
        "id": identifier,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_received": 0,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": new_id(f"{identifier}_secret"),
        "confirmation_method": "automatic",
        "created": desk.now(),
        "currency": session["currency"],
        "customer": None,
        "description": asked.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": dict(asked.get("metadata") or {}),
        "next_action": None,
        "payment_method": None,
        "payment_method_types": session["payment_method_types"],
        "receipt_email": asked.get("receipt_email"),
        "status": "requires_payment_method",
    }
    desk.ledger.add(intent)
    session["payment_intent"] = identifier
    return intent


def _capture(desk: Desk, intent: Thing, method: str) -> None:
    """The money is here."""
    charge = _charge(desk, intent, method)
    charge["balance_transaction"] = money.move(
        desk, "charge", charge, charge["amount"], costs=money.fee(charge["amount"])
    )
    desk.ledger.add(charge)
    intent |= {
        "status": "succeeded",
        "amount_received": intent["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "payment_method": charge["payment_method"],
    }
    desk.ledger.save(intent)
    desk.notify("charge.succeeded", charge)
    desk.notify("payment_intent.succeeded", intent)


def _charge(desk: Desk, intent: Thing, method: str) -> Thing:
    card = {"brand": "visa", "country": "PT", "exp_month": 12, "exp_year": 2040, "funding": "credit", "last4": "4242"}
    return {
        "id": new_id("ch" if method == "card" else "py"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"],
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": {"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
        "captured": True,
        "created": desk.now(),
        "currency": intent["currency"],
        "customer": None,
        "description": intent["description"],
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "paid": True,
        "payment_intent": intent["id"],
        "payment_method": new_id("pm"),
        "payment_method_details": {"type": method, method: card if method == "card" else {}},
        "receipt_email": intent["receipt_email"],
        "receipt_url": None,
        "refunded": False,
        "status": "succeeded",
    }
