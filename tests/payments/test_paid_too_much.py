"""Ada pays more than she owes: what is too much goes back, and nothing of it is kept in silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from retreats import clock
from retreats.booking import service as booking
from retreats.booking.models import Registration
from retreats.catalogue.models import Gathering
from retreats.db import db, writing
from retreats.payments.compare import differences
from tests.house import a_booking, a_gathering
from tests.payments.test_paying import PRICE, fresh, kinds, ledger, open_checkout
from tests.stripe_standin import Stripe

pytestmark = pytest.mark.slow

Deliver = Callable[[], int]


def two_checkouts(client: FlaskClient, registration: Registration, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """One tab is nearly too old when Ada presses the button in another: both lead to Stripe."""
    first = open_checkout(client, registration)
    soon = clock.real_now() + timedelta(minutes=30, seconds=20)
    with monkeypatch.context() as later:
        later.setattr(clock, "real_now", lambda: soon)
        second = open_checkout(client, registration)
    assert first != second
    return first, second


def news(client: FlaskClient, till: Stripe, deliver: Deliver) -> None:
    """Everything that Stripe has to say is heard, and what follows from it too."""
    for _round in range(2):
        till.deliver_to(client)
        deliver()


def test_two_tabs_that_are_both_paid_cost_once(
    client: FlaskClient, till: Stripe, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    registration = a_booking(a_gathering(price=PRICE), "ada@example.org")
    for session in two_checkouts(client, registration, monkeypatch):
        till.pay(session)

    news(client, till, deliver)
    with writing():
        booking.confirm(registration.id)  # the same news once more
    news(client, till, deliver)

    assert fresh(registration).state == "confirmed"
    assert ledger(registration) == [("captured", PRICE), ("captured", PRICE), ("refunded", -PRICE)]
    assert (kinds().count("booking.confirmation"), kinds().count("payments.refunded")) == (1, 1)
    assert "booking.place_unavailable" not in kinds()
    assert differences() == (2, [])


def test_a_slow_bank_that_pays_after_a_card_has_paid_is_paid_back(
    client: FlaskClient, till: Stripe, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    registration = a_booking(a_gathering(price=PRICE), "ada@example.org")
    slow, card = two_checkouts(client, registration, monkeypatch)
    till.pay(slow, "slow")
    till.pay(card)
    news(client, till, deliver)

    till.settle(slow)
    news(client, till, deliver)

    assert fresh(registration).state == "confirmed"
    assert ledger(registration) == [("captured", PRICE), ("captured", PRICE), ("refunded", -PRICE)]
    assert differences() == (2, [])


def test_a_slow_bank_that_refuses_after_a_card_has_paid_frightens_nobody(
    client: FlaskClient, till: Stripe, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    registration = a_booking(a_gathering(price=PRICE), "ada@example.org")
    slow, card = two_checkouts(client, registration, monkeypatch)
    till.pay(slow, "slow")
    till.pay(card)
    news(client, till, deliver)

    till.settle(slow, "failed")
    news(client, till, deliver)

    assert fresh(registration).state == "confirmed"
    assert "payments.failed" not in kinds()


def test_a_checkout_for_more_than_is_owed_now_is_closed(client: FlaskClient, till: Stripe, deliver: Deliver) -> None:
    registration = a_booking(a_gathering(price=PRICE), "ada@example.org", "bo@example.org")
    session = open_checkout(client, registration)
    with writing():
        booking.cancel_places(registration.id, {registration.places[1].id})
    deliver()

    closed = till.page(session).status_code
    till.pay(open_checkout(client, registration))
    news(client, till, deliver)

    assert closed == 410
    assert [place.state for place in fresh(registration).places] == ["confirmed", "cancelled"]
    assert ledger(registration) == [("captured", PRICE)]


def test_what_was_paid_for_a_place_given_back_a_moment_before_goes_back(
    client: FlaskClient, till: Stripe, deliver: Deliver
) -> None:
    gathering = a_gathering(price=PRICE)
    registration = a_booking(gathering, "ada@example.org", "bo@example.org")
    session = open_checkout(client, registration)
    with writing():
        booking.cancel_places(registration.id, {registration.places[1].id})
    till.pay(session)

    news(client, till, deliver)

    assert [place.state for place in fresh(registration).places] == ["confirmed", "cancelled"]
    assert ledger(registration) == [("captured", 2 * PRICE), ("refunded", -PRICE)]
    assert db.session.get_one(Gathering, gathering.id).taken == 1
    assert differences() == (1, [])


def test_a_second_payment_after_cancelling_gives_no_more_back_than_was_agreed(
    client: FlaskClient, till: Stripe, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    registration = a_booking(a_gathering(price=PRICE), "ada@example.org")
    first, second = two_checkouts(client, registration, monkeypatch)
    till.pay(first)
    news(client, till, deliver)
    clock.move_to(clock.now() + timedelta(days=40))  # twenty days before the start: half
    till.pay(second)
    with writing():
        booking.cancel_places(registration.id, {registration.places[0].id})

    news(client, till, deliver)

    assert sum(amount for _kind, amount in ledger(registration)) == PRICE // 2
    assert "booking.place_unavailable" not in kinds()
    assert differences() == (2, [])
