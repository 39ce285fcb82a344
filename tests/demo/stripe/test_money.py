"""What happens to money: cards, slow banks, refunds, disputes; the ledger is right to the cent after each."""

from __future__ import annotations

import pytest
import stripe

from tests.demo.stripe.conftest import library

WEEK = 7 * 86400


def account(captured=24000, refunded=0, lost=0, withheld=0):
    return {"currency": "eur", "captured": captured, "refunded": refunded, "lost": lost, "withheld": withheld}


def kinds(stripe_standin):
    return [event["type"] for event in stripe_standin.notices()]


def test_paying_completes_the_session(client, opened, stripe_standin):
    session = opened()

    where = stripe_standin.pay(session.id)

    found = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert where == f"http://localhost:8000/pay/CASA-7K2M/return?session={session.id}"
    assert (found.status, found.payment_status, found.url) == ("complete", "paid", None)
    assert (found.payment_intent.status, found.payment_intent.amount_received) == ("succeeded", 24000)
    assert found.payment_intent.metadata.to_dict() == {"attempt": "1"}
    assert kinds(stripe_standin) == ["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]
    assert stripe_standin.ledger(found.payment_intent.id) == account()


def test_pressing_pay_twice_pays_once(opened, stripe_standin):
    session = opened()

    first, second = stripe_standin.pay(session.id), stripe_standin.pay(session.id)

    assert first == second
    assert stripe_standin.ledger()["totals"]["eur"]["captured"] == 24000


def test_after_a_declined_card_one_can_try_again(client, opened, stripe_standin):
    session = opened()
    stripe_standin.pay(session.id, "decline")
    declined = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})

    stripe_standin.pay(session.id)

    paid = client.v1.checkout.sessions.retrieve(session.id)
    assert (declined.status, declined.payment_status) == ("open", "unpaid")
    assert declined.payment_intent.last_payment_error.code == "card_declined"
    assert (paid.payment_status, paid.payment_intent) == ("paid", declined.payment_intent.id)
    assert stripe_standin.ledger(paid.payment_intent) == account()


def test_a_session_can_be_closed_once_and_then_no_more_be_paid(client, opened, stripe_standin):
    session = opened()

    closed = client.v1.checkout.sessions.expire(session.id)
    stripe_standin.pay(session.id)

    assert (closed.status, closed.url) == ("expired", None)
    assert stripe_standin.ledger()["totals"] == {}
    assert kinds(stripe_standin) == ["checkout.session.expired"]
    with pytest.raises(stripe.InvalidRequestError, match="status of expired"):
        client.v1.checkout.sessions.expire(session.id)


def test_a_paid_session_cannot_be_closed(client, paid):
    with pytest.raises(stripe.InvalidRequestError, match="status of complete"):
        client.v1.checkout.sessions.expire(paid().id)


def test_time_closes_a_session(client, opened, stripe_standin):
    session = opened()
    stripe_standin.pass_time(30 * 60)
    before = client.v1.checkout.sessions.retrieve(session.id).status

    stripe_standin.pass_time(2 * 60)

    assert (before, client.v1.checkout.sessions.retrieve(session.id).status) == ("open", "expired")
    assert kinds(stripe_standin) == ["checkout.session.expired"]


def test_a_free_session_completes_without_money(client, opened, stripe_standin):
    product = {"currency": "eur", "unit_amount": 0, "product_data": {"name": "Place"}}
    session = opened(line_items=[{"quantity": 1, "price_data": product}])

    stripe_standin.pay(session.id)

    found = client.v1.checkout.sessions.retrieve(session.id)
    assert (found.status, found.payment_status, found.payment_intent) == ("complete", "no_payment_required", None)


@pytest.mark.parametrize(("outcome", "status", "captured"), [("succeeded", "paid", 24000), ("failed", "unpaid", 0)])
def test_a_slow_bank_decides_later(client, opened, stripe_standin, outcome, status, captured):
    session = opened()
    stripe_standin.pay(session.id, "slow")
    waiting = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})

    stripe_standin.settle(session.id, outcome)

    found = client.v1.checkout.sessions.retrieve(session.id)
    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    assert waiting.payment_intent.next_action.type == "multibanco_display_details"
    assert (found.status, found.payment_status) == ("complete", status)
    assert kinds(stripe_standin)[-1] == f"checkout.session.async_payment_{outcome}"
    assert stripe_standin.ledger()["totals"].get("eur", {"captured": 0})["captured"] == captured


def test_a_voucher_that_nobody_pays_fails_after_a_week(opened, stripe_standin):
    session = opened()
    stripe_standin.pay(session.id, "slow")
    stripe_standin.pass_time(WEEK - 60)
    before = kinds(stripe_standin)

    stripe_standin.pass_time(120)

    assert "checkout.session.async_payment_failed" not in before
    assert kinds(stripe_standin)[-1] == "checkout.session.async_payment_failed"


def test_nothing_settles_twice(opened, stripe_standin):
    session = opened()
    stripe_standin.pay(session.id, "slow")
    stripe_standin.settle(session.id)

    with pytest.raises(AssertionError, match="No bank is being waited for"):
        stripe_standin.settle(session.id, "failed")


def test_refunds_in_parts_never_exceed_what_came(client, paid, stripe_standin):
    session = paid()
    intent = {"payment_intent": session.payment_intent}
    for amount in (8000, 8000, 7999):
        client.v1.refunds.create({**intent, "amount": amount})
    with pytest.raises(stripe.InvalidRequestError) as too_much:
        client.v1.refunds.create({**intent, "amount": 2})

    last = client.v1.refunds.create(intent)

    assert (too_much.value.code, too_much.value.param) == ("amount_too_large", "amount")
    assert (last.amount, last.status) == (1, "succeeded")
    assert stripe_standin.ledger(session.payment_intent) == account(refunded=24000)
    charge = client.v1.charges.retrieve(last.charge, {"expand": ["refunds"]})
    assert (charge.refunded, charge.amount_refunded, len(charge.refunds.data)) == (True, 24000, 4)
    with pytest.raises(stripe.InvalidRequestError) as finished:
        client.v1.refunds.create(intent)
    assert finished.value.code == "charge_already_refunded"


def test_what_was_not_paid_cannot_be_refunded(client, opened, stripe_standin):
    session = opened()
    stripe_standin.pay(session.id, "slow")
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent

    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": intent})


@pytest.mark.parametrize("waiting", ["pending", "requires_action"])
def test_a_refund_may_take_its_time_and_come_back(client, paid, stripe_standin, waiting):
    session = paid()
    stripe_standin.next_refund(waiting)
    refund = client.v1.refunds.create({"payment_intent": session.payment_intent, "amount": 5000})
    meanwhile = stripe_standin.ledger(session.payment_intent)

    stripe_standin.settle_refund(refund.id, "failed")

    found = client.v1.refunds.retrieve(refund.id)
    assert (refund.status, found.status) == (waiting, "failed")
    assert found.failure_balance_transaction
    assert (meanwhile, stripe_standin.ledger(session.payment_intent)) == (account(refunded=5000), account())
    assert kinds(stripe_standin)[-4:] == ["refund.created", "charge.refunded", "refund.updated", "refund.failed"]
    assert client.v1.refunds.create({"payment_intent": session.payment_intent}).amount == 24000


def test_a_pending_refund_arrives(client, paid, stripe_standin):
    stripe_standin.next_refund("pending")
    refund = client.v1.refunds.create({"payment_intent": paid().payment_intent})

    stripe_standin.settle_refund(refund.id)

    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"
    assert stripe_standin.notices("refund.updated")[-1]["data"]["previous_attributes"] == {"status": "pending"}


@pytest.mark.parametrize(("outcome", "after"), [("won", account()), ("lost", account(lost=24000))])
def test_a_dispute_takes_the_money_until_it_is_decided(client, paid, stripe_standin, outcome, after):
    session = paid()
    dispute = stripe_standin.dispute(session.id)
    meanwhile = stripe_standin.ledger(session.payment_intent)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": session.payment_intent})

    stripe_standin.close_dispute(dispute["id"], outcome)

    assert (refused.value.code, meanwhile) == ("charge_disputed", account(withheld=24000))
    assert stripe_standin.ledger(session.payment_intent) == after
    assert client.v1.disputes.retrieve(dispute["id"]).status == outcome
    assert kinds(stripe_standin)[-1] == "charge.dispute.closed"


def test_an_inquiry_takes_nothing_and_can_be_answered_with_a_refund(client, paid, stripe_standin):
    session = paid()

    dispute = stripe_standin.dispute(session.id, inquiry=True)
    client.v1.refunds.create({"payment_intent": session.payment_intent})
    closed = stripe_standin.close_dispute(dispute["id"], "won")

    assert (dispute["status"], closed["status"]) == ("warning_needs_response", "warning_closed")
    assert stripe_standin.ledger(session.payment_intent) == account(refunded=24000)


def test_the_ledger_is_the_sum_of_the_movements(client, paid, stripe_standin):
    one, other = paid(), paid()
    client.v1.refunds.create({"payment_intent": one.payment_intent, "amount": 3333})
    dispute = stripe_standin.dispute(other.id, amount=1000)
    stripe_standin.close_dispute(dispute["id"], "lost")

    movements = client.v1.balance_transactions.list({"limit": 100}).data

    assert sum(each.amount for each in movements) == 48000 - 3333 - 1000
    assert all(each.net == each.amount - each.fee for each in movements)
    totals = {name: value for name, value in account(48000, 3333, 1000).items() if name != "currency"}
    assert stripe_standin.ledger()["totals"] == {"eur": totals}


def test_parallel_refunds_with_one_key_are_one(paid, stripe_standin):
    from concurrent.futures import ThreadPoolExecutor

    intent = paid().payment_intent
    asked = ({"payment_intent": intent, "amount": 100}, {"idempotency_key": "one"})

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: library(stripe_standin.api_base).v1.refunds.create(*asked).id, range(8)))

    assert len(set(found)) == 1
    assert stripe_standin.ledger(intent)["refunded"] == 100
