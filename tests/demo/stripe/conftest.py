"""What the house says to Stripe, said here by Stripe's own library."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import stripe


def checkout(**changes: Any) -> dict[str, Any]:
    """Two places of 120 euros."""
    product = {"currency": "eur", "unit_amount": 12000, "product_data": {"name": "Place"}}
    return {
        "mode": "payment",
        "client_reference_id": "CASA-7K2M",
        "locale": "en",
        "line_items": [{"quantity": 2, "price_data": product}],
        "expires_at": int(time.time()) + 31 * 60,
        "success_url": "http://localhost:8000/pay/CASA-7K2M/return?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://localhost:8000/pay/CASA-7K2M",
        "metadata": {"attempt": "1"},
        "payment_intent_data": {"metadata": {"attempt": "1"}},
        **changes,
    }


@pytest.fixture
def client(stripe_standin) -> stripe.StripeClient:
    """Stripe's library, as the house uses it, but without its own retries."""
    return library(stripe_standin.api_base)


def library(base: str, key: str = "sk_test_stand_in", retries: int = 0) -> stripe.StripeClient:
    http = stripe.RequestsClient(timeout=5)
    return stripe.StripeClient(key, max_network_retries=retries, http_client=http, base_addresses={"api": base})


@pytest.fixture
def opened(client) -> Callable[..., Any]:
    """Opens a Checkout Session."""
    return lambda **changes: client.v1.checkout.sessions.create(checkout(**changes))


@pytest.fixture
def paid(client, opened, stripe_standin) -> Callable[..., Any]:
    """A session that has been paid by card, read back."""

    def pay(**changes: Any) -> Any:
        session = opened(**changes)
        stripe_standin.pay(session.id)
        return client.v1.checkout.sessions.retrieve(session.id)

    return pay
