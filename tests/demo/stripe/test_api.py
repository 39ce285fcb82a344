"""Requests: who may ask, what may be asked, asking twice, lists, and trouble on purpose."""

from __future__ import annotations

import time

import httpx
import pytest
import stripe

from tests.demo.stripe.conftest import checkout, library

pytestmark = pytest.mark.slow


def test_a_session_reads_back_as_it_was_opened(client, stripe_standin):
    opened = client.v1.checkout.sessions.create(checkout())

    found = client.v1.checkout.sessions.retrieve(opened.id, {"expand": ["line_items"]})

    assert (found.object, found.status, found.payment_status, found.livemode) == (
        *("checkout.session", "open", "unpaid"),
        False,
    )
    assert (found.amount_total, found.currency, found.payment_intent) == (24000, "eur", None)
    assert found.metadata.to_dict() == {"attempt": "1"}
    assert found.url == f"{stripe_standin.api_base}/pay/{opened.id}"
    assert [(item.quantity, item.amount_total) for item in found.line_items.data] == [(2, 24000)]


@pytest.mark.parametrize("key", ["sk_test_somebody_else", "sk_live_real_money"])
def test_another_key_is_turned_away(stripe_standin, key):
    with pytest.raises(stripe.AuthenticationError) as refused:
        library(stripe_standin.api_base, key).v1.accounts.retrieve_current()

    assert refused.value.http_status == 401
    assert key not in str(refused.value)


def test_no_key_at_all_is_turned_away(stripe_standin):
    answer = httpx.get(f"{stripe_standin.api_base}/v1/account")

    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert answer.headers["Request-Id"].startswith("req_")


def of_price(**changes):
    price = {"currency": "eur", "unit_amount": 12000, "product_data": {"name": "Place"}}
    return {"line_items": [{"quantity": 1, "price_data": {**price, **changes}}]}


PRICE = "line_items[0][price_data]"
WRONG = {
    "a misspelt name": ({"sucess_url": "http://localhost/"}, "sucess_url", "parameter_unknown"),
    "a misspelt name deep inside": (of_price(unit_amonut=1), f"{PRICE}[unit_amonut]", "parameter_unknown"),
    "what Stripe took away": ({"payment_method_types": ["card"]}, "payment_method_types", "parameter_unknown"),
    "half a cent": (of_price(unit_amount="120.5"), f"{PRICE}[unit_amount]", "parameter_invalid_integer"),
    "less than nothing": (of_price(unit_amount=-1), f"{PRICE}[unit_amount]", "parameter_invalid_integer"),
    "too little": (of_price(unit_amount=49), "line_items", "amount_too_small"),
    "a currency in capitals": (of_price(currency="EUR"), f"{PRICE}[currency]", None),
    "no currency": (of_price(currency=None), f"{PRICE}[currency]", "parameter_missing"),
    "a mode that is none": ({"mode": "paymentt"}, "mode", None),
    "an old surface": ({"ui_mode": "hosted"}, "ui_mode", None),
    "an unknown language": ({"locale": "pt-PT"}, "locale", None),
    "an expiry too soon": ({"expires_at": int(time.time()) + 29 * 60}, "expires_at", None),
    "an expiry too late": ({"expires_at": int(time.time()) + 25 * 3600}, "expires_at", None),
    "an address that is none": ({"success_url": "javascript:alert(1)"}, "success_url", "url_invalid"),
    "a quantity of none": (
        {"line_items": [{"quantity": 0, "price_data": of_price()["line_items"][0]["price_data"]}]},
        *("line_items[0][quantity]", "parameter_invalid_integer"),
    ),
}


@pytest.mark.parametrize(("changes", "param", "code"), WRONG.values(), ids=WRONG.keys())
def test_what_stripe_refuses_is_refused(client, changes, param, code):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(checkout(**changes))

    assert (refused.value.http_status, refused.value.param, refused.value.code) == (400, param, code)
    assert client.v1.checkout.sessions.list().data == []


def test_an_option_of_the_library_is_no_parameter(stripe_standin):
    url, key = f"{stripe_standin.api_base}/v1/checkout/sessions", {"Authorization": "Bearer sk_test_stand_in"}

    answer = httpx.post(url, data={"idempotency_key": "x"}, headers=key)

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "idempotency_key")


@pytest.mark.parametrize("name", ["mode", "line_items", "success_url"])
def test_what_stripe_needs_is_asked_for(client, name):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create({key: value for key, value in checkout().items() if key != name})

    assert (refused.value.param, refused.value.code) == (name, "parameter_missing")


def test_an_unknown_id_is_not_found(client):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.retrieve("cs_test_nobody")

    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


def test_an_id_of_another_kind_is_not_found(client, paid):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.charges.retrieve(paid().payment_intent)

    assert refused.value.http_status == 404


def test_the_same_key_is_answered_the_same(client):
    first = client.v1.checkout.sessions.create(checkout(), {"idempotency_key": "checkout-1"})
    again = client.v1.checkout.sessions.create(checkout(expires_at=first.expires_at), {"idempotency_key": "checkout-1"})

    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert again.last_response.headers["Original-Request"] == first.last_response.request_id
    assert len(client.v1.checkout.sessions.list().data) == 1


def test_the_same_key_for_something_else_is_refused(client):
    client.v1.checkout.sessions.create(checkout(), {"idempotency_key": "checkout-1"})

    with pytest.raises(stripe.IdempotencyError) as refused:
        client.v1.checkout.sessions.create(checkout(client_reference_id="OTHER"), {"idempotency_key": "checkout-1"})

    assert refused.value.http_status == 400


def test_a_refusal_is_remembered_under_its_key_but_a_mistake_is_not(client, paid):
    session = paid()
    whole = {"payment_intent": session.payment_intent}
    client.v1.refunds.create(whole)
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.refunds.create(whole, {"idempotency_key": "refund-2"})
    assert refused.value.headers["Idempotent-Replayed"] == "true"

    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intnt": "x"}, {"idempotency_key": "refund-3"})
    with pytest.raises(stripe.InvalidRequestError) as another:
        client.v1.refunds.create(whole, {"idempotency_key": "refund-3"})
    assert another.value.code == "charge_already_refunded"


def test_lists_come_in_pages_newest_first(client, opened):
    ids = [opened().id for _ in range(5)][::-1]

    first = client.v1.checkout.sessions.list({"limit": 2})
    everything = [session.id for session in first.auto_paging_iter()]
    back = client.v1.checkout.sessions.list({"limit": 2, "ending_before": ids[3]})

    assert ([session.id for session in first.data], first.has_more) == (ids[:2], True)
    assert everything == ids
    assert ([session.id for session in back.data], back.has_more) == (ids[1:3], True)


def test_lists_are_narrowed(client, opened, paid):
    session = paid()
    opened()
    intent = session.payment_intent
    refund = client.v1.refunds.create({"payment_intent": intent, "amount": 1})
    paid()

    def ids(found):
        return [each.id for each in found.data]

    assert ids(client.v1.checkout.sessions.list({"payment_intent": intent})) == [session.id]
    assert len(ids(client.v1.checkout.sessions.list({"status": "open"}))) == 1
    assert ids(client.v1.refunds.list({"payment_intent": intent})) == [refund.id]
    assert [each.source for each in client.v1.balance_transactions.list({"type": "refund"}).data] == [refund.id]
    assert client.v1.refunds.list({"created": {"lt": refund.created}}).data == []
    kinds = ["refund.created", "charge.refunded"]
    assert {event.type for event in client.v1.events.list({"types": kinds}).data} == set(kinds)


def test_what_an_object_names_can_be_put_in_its_place(client, paid):
    session = paid()

    found = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge.balance_transaction"]}
    )

    charge = found.payment_intent.latest_charge
    assert (charge.amount, charge.paid, charge.balance_transaction.net) == (24000, True, 24000 - 360 - 25)
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.checkout.sessions.retrieve(session.id, {"expand": ["success_url"]})


def test_nothing_of_our_own_notes_is_shown(client, paid, stripe_standin):
    paid()
    headers = {"Authorization": "Bearer sk_test_stand_in"}

    for path in ("checkout/sessions", "events", "balance_transactions", "charges", "payment_intents"):
        answer = httpx.get(f"{stripe_standin.api_base}/v1/{path}", headers=headers)
        assert answer.json()["data"]
        assert '"_' not in answer.text


def test_the_second_refund_fails_and_the_library_tries_again(client, paid, stripe_standin):
    intent = paid().payment_intent
    stripe_standin.fail_next("/v1/refunds", status=503, nth=2)
    patient = library(stripe_standin.api_base, retries=2)

    for number in range(2):
        patient.v1.refunds.create({"payment_intent": intent, "amount": 100}, {"idempotency_key": f"r{number}"})

    assert [fault["status"] for fault in stripe_standin.faults()] == [503]
    assert stripe_standin.ledger(intent)["refunded"] == 200


def test_an_answer_lost_after_the_refund_was_made_leaves_one_refund(client, paid, stripe_standin):
    intent = paid().payment_intent
    stripe_standin.fail_next("/v1/refunds", "lost")
    asked = ({"payment_intent": intent, "amount": 5000}, {"idempotency_key": "refund-1"})

    with pytest.raises(stripe.APIConnectionError):
        client.v1.refunds.create(*asked)
    refunded_unheard = stripe_standin.ledger(intent)["refunded"]
    again = client.v1.refunds.create(*asked)

    assert refunded_unheard == 5000
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert stripe_standin.ledger(intent)["refunded"] == 5000


def test_a_refused_connection_changes_nothing(client, stripe_standin):
    stripe_standin.fail_next("/v1/checkout/sessions", "refused")

    with pytest.raises(stripe.APIConnectionError):
        client.v1.checkout.sessions.create(checkout())

    assert client.v1.checkout.sessions.list().data == []


def test_a_call_that_hangs_ends_with_the_clients_patience(opened, stripe_standin):
    stripe_standin.fail_next("/v1/checkout/sessions/*", "hang", method="GET", seconds=30)
    session = opened()
    hasty = stripe.StripeClient(
        *("sk_test_stand_in",),
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=0.2),
        base_addresses={"api": stripe_standin.api_base},
    )

    began = time.monotonic()
    with pytest.raises(stripe.APIConnectionError):
        hasty.v1.checkout.sessions.retrieve(session.id)

    assert time.monotonic() - began < 5
    assert [fault["kind"] for fault in stripe_standin.faults()] == ["hang"]


def test_strangers_are_refused(stripe_standin):
    base = stripe_standin.api_base

    assert httpx.get(f"{base}/_/ledger", headers={"Host": "evil.example"}).status_code == 421
    assert httpx.post(f"{base}/_/reset", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    answer = httpx.get(f"{base}/v1/elsewhere", headers={"Authorization": "Bearer sk_test_stand_in"})
    assert (answer.status_code, answer.json()["error"]["type"]) == (404, "invalid_request_error")
    large = {"Authorization": "Bearer sk_test_stand_in", "Content-Type": "application/x-www-form-urlencoded"}
    assert httpx.post(f"{base}/v1/refunds", content=b"amount=" + b"1" * 300_000, headers=large).status_code == 413
