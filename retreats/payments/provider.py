"""Stripe, spoken to through its own library. Only the base address and the keys differ between the stand-in and Stripe.

Facts about the library that the code below relies on: services live under `client.v1`; an object is not a dict (read
attributes); a POST is retried with the one idempotency key we pass.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from retreats import faults
from retreats.house.queries import current

if TYPE_CHECKING:
    import stripe

P = ParamSpec("P")
R = TypeVar("R")

TIMEOUT_SECONDS = 8


def client() -> stripe.StripeClient:
    """The client of this house. Without a key (`is_open`) Stripe refuses whatever it asks."""
    till = current().till
    return _client(till.key, till.base)


@cache
def _client(key: str, base: str) -> stripe.StripeClient:
    import stripe  # noqa: PLC0415  (a second of start-up, needed only where money moves)

    return stripe.StripeClient(
        key,
        max_network_retries=2,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        base_addresses={"api": base} if base else None,
    )


def is_open() -> bool:
    """Whether this house can take money at all."""
    return current().till.is_set


def signed_event(body: bytes, signature: str) -> Any:  # Any: the library's Event, imported late
    """The event in a webhook's raw body. Raises ValueError for junk and SignatureVerificationError for a forgery.

    The signature covers the raw bytes and a time stamp that may be 300 seconds old (Stripe, "Verify webhook
    signatures").
    """
    secret = current().till.webhook
    if not secret:
        message = "Without the webhook's secret no notice can be told from a forgery."
        raise ValueError(message)
    return client().construct_event(body, signature, secret)


def _call(ask: Callable[P, R]) -> Callable[P, R]:
    """One call to Stripe: right before it and right after it a test may kill us."""

    @wraps(ask)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        faults.point(f"before stripe {ask.__name__}")
        answer = ask(*args, **kwargs)
        faults.point(f"after stripe {ask.__name__}")
        return answer

    return asked


@_call
def open_checkout(parameters: dict[str, Any], *, key: str) -> Any:
    """A Checkout Session with these stored parameters; the same key gives the same session again."""
    return client().v1.checkout.sessions.create(parameters, {"idempotency_key": key})  # type: ignore[arg-type]


@_call
def checkout(session_id: str) -> Any:
    """A Checkout Session as it stands, with its payment intent."""
    return client().v1.checkout.sessions.retrieve(session_id, {"expand": ["payment_intent"]})


@_call
def expire_checkout(session_id: str) -> bool:
    """Close a Checkout Session so that nobody can pay it any more; False when it was not open."""
    import stripe  # noqa: PLC0415

    try:
        client().v1.checkout.sessions.expire(session_id)
    except stripe.InvalidRequestError:
        return False
    return True


@_call
def refund(payment_intent: str, amount_minor: int, *, key: str, reference: str) -> Any:
    """Ask for money to go back; the same key asks once."""
    return client().v1.refunds.create(
        {"payment_intent": payment_intent, "amount": amount_minor, "metadata": {"refund": reference}},
        {"idempotency_key": key},
    )


@_call
def refunds_of(payment_intent: str) -> list[Any]:
    """Every refund of one payment, also those made in the dashboard."""
    return list(client().v1.refunds.list({"payment_intent": payment_intent, "limit": 100}).auto_paging_iter())


@_call
def dispute_of(dispute_id: str) -> Any:
    """A dispute as it stands."""
    return client().v1.disputes.retrieve(dispute_id)


@_call
def disputes_of(payment_intent: str) -> list[Any]:
    """Every dispute of one payment."""
    return list(client().v1.disputes.list({"payment_intent": payment_intent, "limit": 100}).auto_paging_iter())


@_call
def payment(payment_intent: str) -> Any | None:
    """A payment as it stands, or None when Stripe knows none of that id."""
    import stripe  # noqa: PLC0415

    try:
        return client().v1.payment_intents.retrieve(payment_intent)
    except stripe.InvalidRequestError as error:
        if error.code != "resource_missing":
            raise
        return None


@_call
def all_payments() -> list[Any]:
    """Every payment of the account, also those that are not ours; asked for page by page, as are the next two."""
    return list(client().v1.payment_intents.list({"limit": 100}).auto_paging_iter())


@_call
def all_refunds() -> list[Any]:
    """Every refund of the account."""
    return list(client().v1.refunds.list({"limit": 100}).auto_paging_iter())


@_call
def all_disputes() -> list[Any]:
    """Every dispute of the account."""
    return list(client().v1.disputes.list({"limit": 100}).auto_paging_iter())
