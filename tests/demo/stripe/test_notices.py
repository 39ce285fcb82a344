"""Notices: signed, and delivered once, twice, late, in the wrong order or never; tried again where they were refused."""

from __future__ import annotations

import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
import stripe

from tests.demo.stripe.conftest import library

pytestmark = pytest.mark.slow

PAID = ["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]


class House:
    """Somebody who hears notices, and may be grumpy at first."""

    def __init__(self):
        self.heard, self.moods = [], []
        house = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                house.heard.append((body, self.headers["Stripe-Signature"]))
                self.send_response(house.moods.pop(0) if house.moods else 200)
                self.end_headers()

            def log_message(self, *_):
                """Quietly."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server.server_port}/webhooks/stripe"
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def events(self, stripe_standin):
        client = library(stripe_standin.api_base)
        return [client.construct_event(body, mark, stripe_standin.webhook_secret) for body, mark in self.heard]

    def waits_for(self, count):
        until = time.monotonic() + 10
        while len(self.heard) < count and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.05)
        assert len(self.heard) == count


@pytest.fixture
def house():
    found = House()
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_the_house_hears_signed_notices_in_order(paid, stripe_standin, house):
    stripe_standin.deliver_to(house.url)

    session = paid()
    house.waits_for(3)

    events = house.events(stripe_standin)
    assert [event.type for event in events] == PAID
    assert events[-1].data.object.id == session.id
    assert events[-1].api_version == stripe.api_version
    assert (events[-1].livemode, events[-1].object) == (False, "event")


def test_a_changed_byte_or_an_old_mark_is_recognised(paid, stripe_standin):
    paid()
    event = stripe_standin.waiting()[0]
    check = library(stripe_standin.api_base).construct_event
    body, headers = stripe_standin.signed(event)
    mark = headers["Stripe-Signature"]

    assert check(body, mark, stripe_standin.webhook_secret).id == event["id"]
    with pytest.raises(stripe.SignatureVerificationError):
        check(body.replace(b"24000", b"24001"), mark, stripe_standin.webhook_secret)
    old = stripe_standin.signed(event, at=int(time.time()) - 600)[1]["Stripe-Signature"]
    with pytest.raises(stripe.SignatureVerificationError):
        check(body, old, stripe_standin.webhook_secret)


@pytest.mark.parametrize(
    ("delivery", "heard"),
    [
        ("normal", PAID),
        ("twice", [kind for kind in PAID for _ in range(2)]),
        ("reversed", PAID[::-1]),
        ("never", []),
        ("late", []),
    ],
)
def test_the_payer_chooses_how_the_house_hears_of_it(opened, stripe_standin, delivery, heard):
    stripe_standin.pay(opened().id, delivery=delivery, seconds=20)

    assert [event["type"] for event in stripe_standin.waiting()] == heard


def test_a_late_notice_arrives_when_its_time_has_come(opened, stripe_standin, house):
    stripe_standin.deliver_to(house.url)
    stripe_standin.pay(opened().id, delivery="late", seconds=20)
    house.waits_for(0)

    stripe_standin.pass_time(21)

    house.waits_for(3)


def test_a_refused_notice_comes_again(paid, stripe_standin, house):
    house.moods = [500, 302]
    stripe_standin.deliver_to(house.url)

    paid()
    house.waits_for(5)

    kinds = [event.type for event in house.events(stripe_standin)]
    assert (set(kinds), len(kinds)) == (set(PAID), 5)
    assert stripe_standin.waiting() == []


def test_a_house_that_is_closed_hears_later(paid, stripe_standin, house):
    house.server.shutdown()
    house.server.server_close()
    stripe_standin.deliver_to(house.url)
    paid()
    until = time.monotonic() + 10
    while time.monotonic() < until:
        told = httpx.get(f"{stripe_standin.api_base}/_/deliveries").json()["deliveries"]
        if all(each["attempts"] for each in told):
            break
        time.sleep(0.02)

    assert {each["answer"] for each in told} == {"ConnectionRefusedError"}
    reopened = House()
    stripe_standin.deliver_to(reopened.url)
    reopened.waits_for(3)
    reopened.server.shutdown()
    reopened.server.server_close()


def test_what_was_kept_back_can_be_sent_after_all(opened, stripe_standin, house):
    stripe_standin.deliver_to(house.url)
    stripe_standin.pay(opened().id, delivery="never")
    house.waits_for(0)

    answer = stripe_standin.deliver_again()

    assert answer == {"on_their_way": 3}
    house.waits_for(3)


def test_one_notice_can_be_sent_many_times_at_once(paid, stripe_standin, house):
    paid()
    event = stripe_standin.notices("checkout.session.completed")[0]

    answer = stripe_standin.deliver_again(event=event["id"], times=5, at_once=3, url=house.url)

    assert answer == {"answers": ["200"] * 5}
    assert {each.id for each in house.events(stripe_standin)} == {event["id"]}


def test_notices_of_banks_and_time_travel_as_told(client, paid, stripe_standin):
    session = paid()
    stripe_standin.how_notices_travel("reversed")
    before = len(stripe_standin.waiting())

    client.v1.refunds.create({"payment_intent": session.payment_intent})

    assert [event["type"] for event in stripe_standin.waiting()[before:]] == ["charge.refunded", "refund.created"]


def test_two_secrets_sign_side_by_side():
    from retreats.demo.stripe.courier import signature

    mark = signature(b"{}", ("whsec_old", "whsec_new"))

    for secret in ("whsec_old", "whsec_new"):
        assert stripe.WebhookSignature.verify_header(b"{}".decode(), mark, secret, 300)
