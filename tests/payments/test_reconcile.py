"""`flask reconcile`: our books against Stripe's, to the cent, and a sentence for each payment that does not fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from retreats.booking.models import LedgerEntry, Registration
from retreats.db import db, new_id, writing
from retreats.payments import provider, service
from retreats.payments.models import Attempt, Refund
from tests.house import a_booking, a_gathering
from tests.stripe_standin import Stripe

pytestmark = pytest.mark.slow

Deliver = Callable[[], int]
Pay = Callable[..., tuple[Registration, Attempt]]
PRICE = 48_000
NOTHING_OF_OURS = {"client_reference_id": "shop-1", "metadata": {"order": "1"}, "payment_intent_data": {}}


@pytest.fixture
def pay(client: FlaskClient, till: Stripe, deliver: Deliver) -> Pay:
    """Somebody books and pays 480 euros, and the house hears of it (or not)."""
    gathering = a_gathering(price=PRICE, places=200)

    def paid(who: str = "ada", *, heard: bool = True) -> tuple[Registration, Attempt]:
        registration = a_booking(gathering, f"{who}@example.org")
        with writing():
            attempt = service.open_attempt(registration.id)
        service.send_to_checkout(attempt.id)
        db.session.remove()
        attempt = db.session.get_one(Attempt, attempt.id)
        till.pay(str(attempt.session_id), delivery="normal" if heard else "never")
        hear(client, till, deliver)
        return registration, db.session.get_one(Attempt, attempt.id)

    return paid


def hear(client: FlaskClient, till: Stripe, deliver: Deliver) -> None:
    """What Stripe has to say reaches the house."""
    till.deliver_to(client)
    deliver()
    db.session.remove()


def reconcile(app: Flask) -> tuple[int, list[str]]:
    """Its exit code, and what it says."""
    answer = app.test_cli_runner().invoke(args=["reconcile"])
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.output
    return answer.exit_code, answer.output.splitlines()


def a_foreign_payment(amount: int = 2_000) -> str:
    """Somebody else's, on the same account; gives its intent."""
    price = {"currency": "eur", "unit_amount": amount, "product_data": {"name": "Tea"}}
    asked = {"mode": "payment", "line_items": [{"quantity": 1, "price_data": price}],
             "success_url": "http://localhost/shop", **NOTHING_OF_OURS}  # fmt: skip
    return str(provider.open_checkout(asked, key=f"shop-{new_id()}").id)


def intent_of(till: Stripe, session_id: str) -> str:
    del till
    return str(provider.checkout(session_id).payment_intent.id)


def test_when_both_books_say_the_same_it_says_so(app: Flask, pay: Pay) -> None:
    pay("ada")
    pay("bo")

    assert reconcile(app) == (0, ["2 payments compared: the books agree."])


def test_a_house_without_stripe_and_without_payments_has_nothing_to_compare(app: Flask) -> None:
    assert reconcile(app) == (0, ["0 payments compared: the books agree."])


def test_a_payment_that_differs_gets_a_sentence(app: Flask, pay: Pay) -> None:
    registration, attempt = pay()
    provider.refund(str(attempt.payment_intent), 10_050, key="at-the-dashboard", reference="")

    assert reconcile(app) == (1, [
        f"{registration.reference}: our books hold 480 €, Stripe holds 379.50 € ({attempt.payment_intent}).",
        "1 payment compared: 1 does not fit.",
    ])  # fmt: skip


def test_a_payment_in_another_currency_differs(app: Flask, pay: Pay) -> None:
    registration, attempt = pay()
    with writing() as session:
        session.query(LedgerEntry).update({"currency": "USD"})

    code, said = reconcile(app)

    assert (code, said[0]) == (
        1, f"{registration.reference}: our books hold 480 US$, Stripe holds 480 € ({attempt.payment_intent}).",
    )  # fmt: skip


def test_a_payment_that_stripe_does_not_know_gets_a_sentence(app: Flask, pay: Pay, till: Stripe) -> None:
    registration, attempt = pay()
    till.order("reset")

    assert reconcile(app) == (1, [
        f"{registration.reference}: our books hold 480 € of a payment that Stripe does not know ({attempt.payment_intent}).",
        "1 payment compared: 1 does not fit.",
    ])  # fmt: skip


def test_a_payment_of_which_we_never_heard_gets_a_sentence(app: Flask, pay: Pay, till: Stripe) -> None:
    pay("ada")
    registration, attempt = pay("bo", heard=False)
    intent = intent_of(till, str(attempt.session_id))

    assert reconcile(app) == (1, [
        f"{registration.reference}: Stripe holds 480 € of a payment that is not in our books ({intent}).",
        "2 payments compared: 1 does not fit.",
    ])  # fmt: skip


def test_a_payment_whose_booking_was_lost_with_the_database_gets_a_sentence(app: Flask, pay: Pay) -> None:
    registration, attempt = pay()
    with writing() as session:
        session.query(LedgerEntry).delete()
        session.query(Attempt).delete()

    code, said = reconcile(app)

    assert (code, said[0]) == (
        1,
        f"{registration.reference}: Stripe holds 480 € of a payment that is not in our books ({attempt.payment_intent}).",
    )


def test_somebody_elses_payment_on_the_same_account_is_told_and_is_no_fault(app: Flask, pay: Pay, till: Stripe) -> None:
    pay()
    session_id = a_foreign_payment()
    till.pay(session_id)
    a_foreign_payment(3_000)

    assert reconcile(app) == (0, [
        f"{intent_of(till, session_id)}: 20 € at Stripe are not this house's; somebody else uses the same account.",
        "1 payment compared: the books agree. 1 is not this house's.",
    ])  # fmt: skip


def test_where_no_money_came_there_is_nothing_to_compare(app: Flask, pay: Pay, till: Stripe) -> None:
    pay("ada")
    theirs = a_foreign_payment()
    gathering = a_gathering(slug="july", price=PRICE)
    registration = a_booking(gathering, "bo@example.org")
    with writing():
        attempt = service.open_attempt(registration.id)
    service.send_to_checkout(attempt.id)
    for session_id in (theirs, db.session.get_one(Attempt, attempt.id).session_id):
        till.pay(str(session_id), "decline")

    assert reconcile(app) == (0, ["1 payment compared: the books agree."])


def test_a_ledger_entry_that_belongs_to_no_payment_gets_a_sentence(app: Flask, pay: Pay) -> None:
    registration, attempt = pay()
    stray = LedgerEntry(id=new_id(), registration_id=registration.id, kind="refunded", amount_minor=-700, currency="EUR",
                        provider_ref="refund:re_nowhere", entered_at=attempt.opened_at)  # fmt: skip
    with writing() as session:
        session.add(stray)

    assert reconcile(app) == (1, [
        f"{registration.reference}: our books hold -7 € of a payment that Stripe does not know (refund:re_nowhere).",
        "2 payments compared: 1 does not fit.",
    ])  # fmt: skip


def test_a_refund_that_was_made_came_back_or_is_on_its_way_is_in_both_books(
    app: Flask, pay: Pay, client: FlaskClient, till: Stripe, deliver: Deliver
) -> None:
    for who, outcome in (("ada", "succeeded"), ("bo", "pending"), ("cleo", "succeeded")):
        registration, _attempt = pay(who)
        till.next_refund(outcome)
        with writing():
            service.request_refund(registration.id, PRICE // 2, occasion=f"test:{who}")
        hear(client, till, deliver)
    returned = db.session.query(Refund).filter_by(registration_id=registration.id).one()
    till.settle_refund(str(returned.stripe_refund_id), "failed")

    before = reconcile(app)
    hear(client, till, deliver)

    assert before[0] == 1
    assert "our books hold 240 €, Stripe holds 480 €" in before[1][0]
    assert reconcile(app) == (0, ["3 payments compared: the books agree."])


@pytest.mark.parametrize(("outcome", "known_before"), [("won", True), ("lost", False)])
def test_a_dispute_is_a_difference_only_while_we_have_not_heard_that_it_was_lost(
    app: Flask, pay: Pay, client: FlaskClient, till: Stripe, deliver: Deliver, outcome: str, *, known_before: bool
) -> None:
    _registration, attempt = pay()
    dispute = till.dispute(str(attempt.session_id))
    unheard = reconcile(app)
    hear(client, till, deliver)
    opened = reconcile(app)
    till.close_dispute(dispute["id"], outcome)
    closed = reconcile(app)
    hear(client, till, deliver)

    agreed = (0, ["1 payment compared: the books agree."])
    assert unheard == opened == agreed
    assert (closed == agreed) is known_before
    assert reconcile(app) == agreed


def test_two_payments_of_one_booking_that_were_both_lost_are_not_counted_twice(
    app: Flask, pay: Pay, client: FlaskClient, till: Stripe, deliver: Deliver
) -> None:
    first, one = pay("ada")
    _second, other = pay("bo")
    with writing() as session:
        session.get_one(Attempt, other.id).registration_id, session.get_one(Attempt, other.id).number = first.id, 2
        session.query(LedgerEntry).update({"registration_id": first.id})
    for attempt in (one, other):
        dispute = till.dispute(str(attempt.session_id), amount=PRICE // 3)
        till.close_dispute(dispute["id"], "lost")
        hear(client, till, deliver)

    assert reconcile(app) == (0, ["2 payments compared: the books agree."])


def test_more_payments_than_fit_on_one_page_of_stripes(app: Flask, pay: Pay, till: Stripe) -> None:
    pay()
    sessions = [a_foreign_payment() for _each in range(101)]
    for each in sessions:
        till.pay(each)

    code, said = reconcile(app)

    assert code == 0
    assert len(said) == 102
    assert said[-1] == "1 payment compared: the books agree. 101 are not this house's."


def test_what_happens_while_it_looks_is_no_difference(app: Flask, pay: Pay, monkeypatch: pytest.MonkeyPatch) -> None:
    pay("ada")
    really = provider.all_payments

    def listed() -> list[Any]:
        found = really()
        monkeypatch.setattr(provider, "all_payments", really)
        pay("bo")
        return found

    monkeypatch.setattr(provider, "all_payments", listed)

    assert reconcile(app) == (0, ["2 payments compared: the books agree."])


def test_it_asks_the_database_as_often_for_many_payments_as_for_one(app: Flask, pay: Pay, statements: Any) -> None:
    asked = []
    for count in (1, 7):
        for number in range(count):
            pay(f"guest-{count}-{number}")
        db.session.remove()
        with statements() as found:
            reconcile(app)
        asked.append(len([each for each in found if each.lstrip().startswith("SELECT")]))

    assert asked[0] == asked[1]


def test_when_stripe_cannot_be_asked_nothing_is_compared_and_it_is_said(
    app: Flask, pay: Pay, till: Stripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay()
    till.fail_next("/v1/payment_intents", "status", method="GET", status=500, times=3)

    down = reconcile(app)
    monkeypatch.setitem(app.config, "STRIPE_SECRET_KEY", "sk_test_another")
    wrong_key = reconcile(app)
    monkeypatch.setitem(app.config, "STRIPE_SECRET_KEY", "")
    no_key = reconcile(app)

    assert down == (2, ["Stripe could not be asked (APIError): nothing was compared."])
    assert wrong_key == (2, ["Stripe could not be asked (AuthenticationError): nothing was compared."])
    assert no_key == (2, ["STRIPE_SECRET_KEY is not set, and there are payments: nothing was compared."])
