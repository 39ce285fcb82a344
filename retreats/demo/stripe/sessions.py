"""Checkout Sessions: open, then complete or expired. https://docs.stripe.com/api/checkout/sessions"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from retreats.demo.stripe import money, payments
from retreats.demo.stripe.decoding import Thing
from retreats.demo.stripe.desk import Desk, new_id
from retreats.demo.stripe.refused import Refused, invalid, missing

MINUTE = 60
EARLIEST, LATEST = 30 * MINUTE, 24 * 60 * MINUTE
"""Seconds from now between which a session may expire."""
SLACK = 10
"""Seconds that a request may have been on its way."""
_LOCALES = (
    "auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hi-IN hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR"
    " ro ru sk sl sv th tr vi zh zh-HK zh-TW"
)
LOCALES = frozenset(_LOCALES.split())
MODES = ("payment", "setup", "subscription")
SURFACES = ("hosted_page", "embedded_page", "elements", "form")


_NOTHING = (
    "after_expiration allow_promotion_codes billing_address_collection client_secret collected_information consent"
    " consent_collection currency_conversion customer_account customer_creation discounts invoice invoice_creation"
    " payment_link payment_method_collection payment_method_options phone_number_collection presentment_details"
    " recovered_from return_url setup_intent shipping_address_collection shipping_cost subscription"
)
"""What a session also has, and which is empty here."""


def create(desk: Desk, params: Thing) -> Thing:
    """A new open session for what `params` (already of the right types) ask for. Raises Refused."""
    _refuse_what_is_wrong(params)
    items = [_item(item, at) for at, item in enumerate(params["line_items"])]
    expires_at = _expiry(params.get("expires_at"), desk.now())
    identifier = desk.new_id("cs_test")
    session = _described(params, items, identifier=identifier, created=desk.now(), expires_at=expires_at)
    session["url"] = f"{desk.settings.public_url}/pay/{session['id']}"
    desk.ledger.add(session, due=expires_at)
    return session


def expire(desk: Desk, session: Thing) -> Thing:
    """Close an open session; whoever is on its page can no longer pay. Raises Refused unless it is open."""
    if session["status"] != "open":
        message = (
            'Only Checkout Sessions with a status in ["open"] can be expired.'
            f" This Checkout Session has a status of {session['status']}."
        )
        raise Refused(message)
    return close(desk, session)


def close(desk: Desk, session: Thing) -> Thing:
    """Expired, by time or by request."""
    session |= {"status": "expired", "url": None}
    desk.ledger.save(session)
    payments.cancel(desk, session["payment_intent"])
    desk.notify("checkout.session.expired", session)
    return session


def let_time_pass(desk: Desk) -> None:
    """Expire what is past its time; a voucher that nobody paid has failed."""
    now = desk.now()
    if not desk.ledger.due(now):
        return
    with desk.action():
        for identifier in desk.ledger.due(now):
            session = desk.get("checkout.session", identifier)
            if session["status"] == "open":
                close(desk, session)
            else:
                payments.settle(desk, session, succeeded=False)


def _refuse_what_is_wrong(params: Thing) -> None:
    _one_of(params, "mode", MODES)
    _one_of(params, "ui_mode", SURFACES)
    _one_of(params, "locale", sorted(LOCALES))
    if params.get("mode", "payment") != "payment" or params.get("ui_mode", "hosted_page") != "hosted_page":
        message = "This stand-in for Stripe only knows mode=payment and ui_mode=hosted_page."
        raise Refused(message, param="mode")
    for needed in ("mode", "line_items", "success_url"):
        if not params.get(needed):
            raise missing(param=needed)
    for name in ("success_url", "cancel_url"):
        _refuse_unless_url(name, params.get(name))


def _one_of(params: Thing, name: str, values: tuple[str, ...] | list[str]) -> None:
    if name in params and params[name] not in values:
        raise invalid(param=name, why=f"Invalid {name}: must be one of {', '.join(values)}")


def _refuse_unless_url(name: str, value: str | None) -> None:
    parts = urlsplit(value or "http://absent.invalid")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise invalid(param=name, why="Not a valid URL", code="url_invalid")


def _expiry(asked: int | None, now: int) -> int:
    if asked is None:
        return now + LATEST
    if not now + EARLIEST - SLACK <= asked <= now + LATEST + SLACK:
        why = "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from Checkout Session creation."
        raise invalid(param="expires_at", why=why)
    return asked


def _item(item: Thing, at: int) -> Thing:
    """A line item, with Stripe's shape."""
    where = f"line_items[{at}]"
    price = item.get("price_data")
    if price is None:
        raise missing(param=f"{where}[price_data]")
    quantity = item.get("quantity")
    if quantity is None:
        raise missing(param=f"{where}[quantity]")
    if quantity < 1:
        raise invalid(
            param=f"{where}[quantity]",
            why="This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
        )
    amount = _price(price, where)
    return {
        "id": new_id("li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount * quantity,
        "amount_tax": 0,
        "amount_total": amount * quantity,
        "currency": price["currency"],
        "description": price["product_data"]["name"],
        "price": {"id": new_id("price"), "object": "price", "currency": price["currency"], "unit_amount": amount},
        "quantity": quantity,
    }


def _price(price: Thing, where: str) -> int:
    """The unit amount in minor units."""
    if price["currency"] not in money.CURRENCIES:
        raise invalid(param=f"{where}[price_data][currency]", why=f"Invalid currency: {price['currency']}")
    if not price.get("product_data"):
        raise missing(param=f"{where}[price_data][product_data]")
    amount = price.get("unit_amount")
    if amount is None:
        raise missing(param=f"{where}[price_data][unit_amount]")
    if amount < 0:
        param = f"{where}[price_data][unit_amount]"
        raise invalid(param=param, why="Invalid non-negative integer", code="parameter_invalid_integer")
    return int(amount)


def _total(items: list[Thing]) -> tuple[int, str]:
    currencies = {item["currency"] for item in items}
    if len(currencies) > 1:
        raise invalid(param="line_items", why="All line items must have the same currency.")
    currency = currencies.pop()
    total = sum(item["amount_total"] for item in items)
    if 0 < total < money.LEAST.get(currency, 1):
        why = "The Checkout Session's total amount due must add up to at least the smallest charge of its currency."
        raise invalid(param="line_items", why=why, code="amount_too_small")
    if total > money.MOST:
        raise invalid(param="line_items", why="The total amount is too large.", code="amount_too_large")
    return total, currency


def _described(params: Thing, items: list[Thing], *, identifier: str, created: int, expires_at: int) -> Thing:
    total, currency = _total(items)
    methods = params.get("allowed_payment_method_types") or ["card"]
    asked = ("cancel_url", "client_reference_id", "customer_email", "locale", "submit_type", "success_url")
    nothing: list[Any] = []
    return {
        **dict.fromkeys(_NOTHING.split()),
        "id": identifier,
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "created": created,
        "currency": currency,
        "custom_fields": nothing,
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": None,
        "customer_details": None,
        "expires_at": expires_at,
        "livemode": False,
        "metadata": dict(params.get("metadata") or {}),
        "mode": "payment",
        "payment_intent": None,
        "payment_method_types": methods if isinstance(methods, list) else [methods],
        "payment_status": "unpaid" if total else "no_payment_required",
        "shipping_options": nothing,
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": None,
        **{name: params.get(name) for name in asked},
        "_items": items,
        "_intent": dict(params.get("payment_intent_data") or {}),
    }
