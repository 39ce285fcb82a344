"""Opening a Checkout: the attempt is stored with all its parameters and committed before Stripe is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from retreats import clock
from retreats.booking import service as booking
from retreats.booking.addresses import outward, registration_key
from retreats.booking.models import Registration
from retreats.db import db, let_go, new_id, writing
from retreats.events import CheckoutOpened
from retreats.languages import locale_of
from retreats.outbox import emit, stillness
from retreats.payments import provider
from retreats.payments.models import Attempt
from retreats.refusals import Refusal

SESSION_LASTS = timedelta(minutes=31)
"""Stripe's shortest is 30 minutes ("expires_at", API reference)."""
GRACE = timedelta(minutes=2)
"""A hold outlives the session that pays for it by this."""


FIRST_LOOK = timedelta(minutes=3)


class NothingToPay(Refusal):
    """This booking is not waiting for a payment: it is confirmed, lapsed or cancelled."""

    code = "nothing_to_pay"


def open_attempt(registration_id: int) -> Attempt:
    """The attempt to pay for this hold: the one still open, or a new one. Keeps the places until it is over.

    Raises NothingToPay when the hold is over or nothing is owed, and StandsStill in a restored house.
    """
    stillness.refuse_if_still()
    registration = db.session.get_one(Registration, registration_id, with_for_update=True)
    now, house_now, owed = clock.real_now(), clock.now(), booking.owed(registration)
    if (
        not owed
        or registration.state != "held"
        or registration.awaits_bank
        or booking.is_overdue(registration, now=house_now)
    ):
        raise NothingToPay
    running = db.session.scalar(
        select(Attempt).where(
            Attempt.registration_id == registration.id,
            Attempt.state == "opened",
            Attempt.expires_at > now + timedelta(minutes=1),
            Attempt.amount_minor == owed,
        )
    )
    attempt = running or _new_attempt(registration, owed)
    booking.keep_at_least(registration, house_now + (attempt.expires_at - now) + GRACE)
    return attempt


def _new_attempt(registration: Registration, owed: int) -> Attempt:
    count = db.session.scalar(
        select(func.count()).select_from(Attempt).where(Attempt.registration_id == registration.id)
    )
    attempt_id, now = new_id(), clock.real_now().replace(microsecond=0)
    expires_at = now + SESSION_LASTS
    attempt = Attempt(
        id=attempt_id,
        registration_id=registration.id,
        number=(count or 0) + 1,
        idempotency_key=f"checkout-{attempt_id:x}",
        amount_minor=owed,
        currency=registration.currency,
        opened_at=now,
        expires_at=expires_at,
        parameters=_parameters(registration, attempt_id, owed, int(expires_at.timestamp())),
    )
    db.session.add(attempt)
    db.session.flush()
    return attempt


def _parameters(registration: Registration, attempt_id: int, owed: int, expires_at: int) -> dict[str, Any]:
    """What Stripe is told: an amount, a reference, and a constant label. Never a name or a title."""
    back = outward(f"/pay/{registration.reference}")
    key = registration_key(registration)
    tags = {"registration": registration.reference, "attempt": f"{attempt_id:x}"}
    return {
        "mode": "payment",
        "client_reference_id": registration.reference,
        "locale": locale_of(registration.language).replace("_", "-").removesuffix("-PT"),
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": registration.currency.lower(),
                    "unit_amount": owed,
                    "product_data": {"name": "Place"},
                },
            }
        ],
        "expires_at": expires_at,
        "success_url": f"{back}/return?key={key}&session={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{back}?key={key}",
        "metadata": tags,
        "payment_intent_data": {"metadata": tags},
    }


def send_to_checkout(attempt_id: int) -> str:
    """Ask Stripe for the session of a stored attempt, and note it. Gives the address to send the person to.

    Called with nothing uncommitted. A retry sends the same parameters under the same key and gets the same session.
    """
    attempt = db.session.get_one(Attempt, attempt_id)
    if attempt.session_url:
        return attempt.session_url
    parameters, key = attempt.parameters, attempt.idempotency_key
    let_go()
    session = provider.open_checkout(parameters, key=key)
    with writing():
        attempt = db.session.get_one(Attempt, attempt_id)
        if attempt.session_id is None:
            attempt.session_id, attempt.session_url = session.id, session.url
            attempt.look_at = clock.real_now() + FIRST_LOOK
            emit(CheckoutOpened(registration_id=attempt.registration_id, attempt_id=attempt.id))
    return str(session.url)
