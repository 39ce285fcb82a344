"""Ada pays: whatever the order in which the news arrives, there is one confirmation and the books agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from retreats import clock
from retreats import events as e
from retreats.booking import service as booking
from retreats.booking.addresses import pay_path, registration_key, registration_path
from retreats.booking.models import LedgerEntry, Registration
from retreats.catalogue.models import Gathering
from retreats.db import db, writing
from retreats.mail.models import Letter
from retreats.outbox import emit
from retreats.outbox.models import Delivery
from retreats.payments.compare import differences
from retreats.payments.models import Attempt, Notice, OpenItem, Refund
from tests.house import a_booking, a_gathering, places
from tests.stripe_standin import Stripe

pytestmark = pytest.mark.slow

Deliver = Callable[[], int]
PRICE = 48_000


def open_checkout(client: FlaskClient, registration: Registration) -> str:
    """Press the button of the pay page; gives the id of the session it led to."""
    answer = client.post(f"/pay/{registration.reference}", data={"key": registration_key(registration)})
    assert answer.status_code == 303, answer.text
    return urlsplit(answer.location).path.rpartition("/")[2]


def come_back(client: FlaskClient, address: str) -> Any:
    """Follow the way back from Stripe to our return page."""
    split = urlsplit(address)
    return client.get(f"{split.path}?{split.query}")


def fresh(registration: Registration) -> Registration:
    """As it stands now."""
    db.session.remove()
    return db.session.get_one(Registration, registration.id)


def kinds() -> list[str]:
    """Which letters about the booking and its money were written."""
    ours = ("booking.", "payments.")
    return sorted(letter.kind for letter in db.session.query(Letter) if letter.kind.startswith(ours))


def ledger(registration: Registration) -> list[tuple[str, int]]:
    """What moved."""
    entries = db.session.query(LedgerEntry).filter_by(registration_id=registration.id).order_by(LedgerEntry.kind)
    return [(entry.kind, entry.amount_minor) for entry in entries]


@pytest.fixture
def hold(till: Stripe) -> tuple[Gathering, Registration]:
    """Ada holds a place that costs 480 euros."""
    del till
    gathering = a_gathering(price=PRICE, places=2)
    return gathering, a_booking(gathering, "ada@example.org")


def test_looking_at_the_pay_page_changes_nothing(client: FlaskClient, hold: Any) -> None:
    _gathering, registration = hold

    clock.move_to(clock.now() + timedelta(minutes=10, seconds=20))
    answer = client.get(pay_path(registration))

    assert "480" in answer.text
    assert "20 minutes are left" in answer.text
    assert db.session.query(Attempt).count() == 0


def test_webhook_first(client: FlaskClient, till: Stripe, hold: Any, deliver: Deliver) -> None:
    _gathering, registration = hold
    session = open_checkout(client, registration)
    back = till.pay(session)

    statuses = till.deliver_to(client)
    deliver()
    come_back(client, back)
    deliver()

    assert all(200 <= status < 300 for status in statuses)
    assert fresh(registration).state == "confirmed"
    assert ledger(registration) == [("captured", PRICE)]
    assert kinds().count("booking.confirmation") == 1
    assert differences() == (1, [])


def test_return_page_first_shows_the_confirmation_at_once(
    client: FlaskClient, till: Stripe, hold: Any, deliver: Deliver
) -> None:
    _gathering, registration = hold
    back = till.pay(open_checkout(client, registration))

    answer = come_back(client, back)
    shown = client.get(answer.location).text
    till.deliver_to(client)
    deliver()

    assert "Your place is confirmed" in shown
    assert ledger(registration) == [("captured", PRICE)]
    assert kinds().count("booking.confirmation") == 1


def test_neither_webhook_nor_return_for_an_hour(
    client: FlaskClient, till: Stripe, hold: Any, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    _gathering, registration = hold
    till.pay(open_checkout(client, registration), delivery="never")
    an_hour_later = clock.real_now() + timedelta(hours=1)
    monkeypatch.setattr(clock, "real_now", lambda: an_hour_later)

    deliver()

    assert fresh(registration).state == "confirmed"
    assert ledger(registration) == [("captured", PRICE)]


def test_the_same_notice_five_times_is_one_change(
    client: FlaskClient, till: Stripe, hold: Any, deliver: Deliver
) -> None:
    _gathering, registration = hold
    till.pay(open_checkout(client, registration))
    [completed] = till.notices("checkout.session.completed")

    statuses = [till.post(completed, client) for _time in range(5)]
    deliver()

    assert statuses == [204] * 5
    assert ledger(registration) == [("captured", PRICE)]
    assert db.session.query(Notice).filter_by(id=completed["id"]).count() == 1


def test_a_notice_out_of_order_or_unknown_breaks_nothing(
    client: FlaskClient, till: Stripe, hold: Any, deliver: Deliver
) -> None:
    _gathering, registration = hold
    till.pay(open_checkout(client, registration))
    for notice in reversed(till.notices()):
        till.post(notice, client)
    unknown = {**till.notices()[0], "id": "evt_unknown", "type": "treasury.something.new"}

    status = till.post(unknown, client)
    deliver()

    assert status == 204
    assert fresh(registration).state == "confirmed"
    assert db.session.query(Delivery).filter(Delivery.done_at.is_(None), Delivery.errand == "money").count() == 0


@pytest.mark.parametrize("spoil", ["no signature", "one byte", "too old", "junk"])
def test_a_forged_notice_is_refused_and_changes_nothing(
    client: FlaskClient, till: Stripe, hold: Any, deliver: Deliver, spoil: str
) -> None:
    _gathering, registration = hold
    till.pay(open_checkout(client, registration))
    [completed] = till.notices("checkout.session.completed")
    at = int(clock.real_now().timestamp()) - 600 if spoil == "too old" else None
    body, headers = till.signed(completed, at=at)
    if spoil == "no signature":
        headers.pop("Stripe-Signature")
    body = {"one byte": body.replace(b"complete", b"compleTe", 1), "junk": b"\xff\x00"}.get(spoil, body)

    answer = client.post("/webhooks/stripe", data=body, headers=headers)
    deliver()

    assert answer.status_code == 400
    assert "Traceback" not in answer.text
    assert fresh(registration).state == "held"
    assert db.session.query(Notice).count() == 0


def test_the_success_address_without_paying_confirms_nothing(client: FlaskClient, till: Stripe, hold: Any) -> None:
    del till
    _gathering, registration = hold
    open_checkout(client, registration)

    client.get(f"/pay/{registration.reference}/return?key={registration_key(registration)}")

    assert fresh(registration).state == "held"


def test_pressing_pay_twice_leads_to_one_checkout(client: FlaskClient, till: Stripe, hold: Any) -> None:
    del till
    _gathering, registration = hold

    assert open_checkout(client, registration) == open_checkout(client, registration)
    assert db.session.query(Attempt).count() == 1


def test_the_answer_of_stripe_is_lost_and_the_retry_gets_the_same_session(
    client: FlaskClient, till: Stripe, hold: Any
) -> None:
    _gathering, registration = hold
    till.fail_next("/v1/checkout/sessions", "lost", times=3)

    lost = client.post(f"/pay/{registration.reference}", data={"key": registration_key(registration)})
    session = open_checkout(client, registration)

    assert lost.status_code == 503
    assert "Nothing was charged" in lost.text
    assert db.session.query(Attempt).one().session_id == session
    assert len(till.notices("checkout.session.completed")) == 0


def test_stripe_is_down_and_the_hold_stays(client: FlaskClient, till: Stripe, hold: Any) -> None:
    _gathering, registration = hold
    till.fail_next("/v1/checkout/sessions", "status", status=500, times=5)

    answer = client.post(f"/pay/{registration.reference}", data={"key": registration_key(registration)})

    assert answer.status_code == 503
    assert fresh(registration).state == "held"


def test_a_slow_bank_keeps_the_place_until_it_has_answered(
    client: FlaskClient, till: Stripe, hold: Any, deliver: Deliver
) -> None:
    _gathering, registration = hold
    session = open_checkout(client, registration)
    till.pay(session, "slow")
    till.deliver_to(client)
    deliver()
    waiting_for_bank = client.get(registration_path(registration)).text
    clock.move_to(clock.now() + timedelta(days=6))
    deliver()
    kept = fresh(registration).state

    till.settle(session)
    till.deliver_to(client)
    deliver()

    assert "Waiting for your bank" in waiting_for_bank
    assert kept == "held"
    assert fresh(registration).state == "confirmed"
    assert ledger(registration) == [("captured", PRICE)]
    assert kinds() == ["booking.confirmation", "payments.awaited"]


def test_the_bank_says_no_days_later_and_the_place_is_free(
    client: FlaskClient, till: Stripe, hold: Any, deliver: Deliver
) -> None:
    gathering, registration = hold
    session = open_checkout(client, registration)
    till.pay(session, "slow")
    till.deliver_to(client)
    deliver()

    till.settle(session, "failed")
    till.deliver_to(client)
    deliver()

    assert fresh(registration).state == "lapsed"
    assert db.session.get_one(Gathering, gathering.id).taken == 0
    assert "payments.failed" in kinds()
    assert ledger(registration) == []


def lapse(hours: int = 2) -> None:
    """The hold is over."""
    clock.move_to(clock.now() + timedelta(hours=hours))


def test_paid_after_the_hold_lapsed_gets_the_place_again(
    client: FlaskClient, till: Stripe, hold: Any, deliver: Deliver
) -> None:
    gathering, registration = hold
    session = open_checkout(client, registration)
    lapse()
    with writing():
        booking.lapse_due(clock.now())
    lapsed = fresh(registration).state
    till.pay(session)

    till.deliver_to(client)
    deliver()

    assert lapsed == "lapsed"
    assert fresh(registration).state == "confirmed"
    assert db.session.get_one(Gathering, gathering.id).taken == 1
    assert "booking.lapsed" in kinds()


def test_paid_after_the_place_was_sold_is_refunded_with_an_apology(
    client: FlaskClient, till: Stripe, deliver: Deliver
) -> None:
    gathering = a_gathering(price=PRICE, places=1)
    ada = a_booking(gathering, "ada@example.org")
    session = open_checkout(client, ada)
    lapse()
    bo = a_booking(gathering, "bo@example.org")  # takes the place that has lapsed
    till.pay(session)

    till.deliver_to(client)
    deliver()
    till.deliver_to(client)
    deliver()

    assert (fresh(ada).state, fresh(bo).state) == ("lapsed", "held")
    assert ledger(ada) == [("captured", PRICE), ("refunded", -PRICE)]
    assert "booking.place_unavailable" in kinds()
    assert [place.state for place in places(gathering)].count("held") == 1
    assert differences() == (1, [])


def test_cancelling_says_the_refund_first_and_then_makes_it(
    client: FlaskClient, till: Stripe, hold: Any, deliver: Deliver
) -> None:
    _gathering, registration = hold
    till.pay(open_checkout(client, registration))
    till.deliver_to(client)
    deliver()
    key, reference = registration_key(registration), registration.reference
    clock.move_to(clock.now() + timedelta(days=40))  # twenty days before the start: half

    quote = client.get(f"/registrations/{reference}/cancel?key={key}").text
    mine = places(_gathering)[0].reference
    client.post(f"/registrations/{reference}/cancel", data={"key": key, "place": [mine]})
    deliver()
    till.deliver_to(client)
    deliver()

    assert "240" in quote
    assert fresh(registration).state == "cancelled"
    assert ledger(registration) == [("captured", PRICE), ("refunded", -PRICE // 2)]
    assert db.session.query(Refund).one().state == "refunded"
    assert kinds().count("payments.refunded") == 1
    assert differences() == (1, [])


def test_the_answer_to_a_refund_is_lost_and_there_is_one_refund(
    client: FlaskClient, till: Stripe, hold: Any, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    gathering, registration = hold
    till.pay(open_checkout(client, registration))
    till.deliver_to(client)
    deliver()
    till.fail_next("/v1/refunds", "lost", times=3)
    place = places(gathering)[0]
    client.post(f"/registrations/{registration.reference}/cancel",
                data={"key": registration_key(registration), "place": [place.reference]})  # fmt: skip
    deliver()
    later = clock.real_now() + timedelta(minutes=10)
    monkeypatch.setattr(clock, "real_now", lambda: later)

    deliver()

    assert ledger(registration) == [("captured", PRICE), ("refunded", -PRICE)]
    assert differences() == (1, [])


def test_a_refund_that_comes_back_is_told_and_listed(
    client: FlaskClient, till: Stripe, hold: Any, deliver: Deliver
) -> None:
    gathering, registration = hold
    till.pay(open_checkout(client, registration))
    till.deliver_to(client)
    deliver()
    till.next_refund("pending")
    client.post(f"/registrations/{registration.reference}/cancel",
                data={"key": registration_key(registration), "place": [places(gathering)[0].reference]})  # fmt: skip
    deliver()
    refund = db.session.query(Refund).one()
    pending, meanwhile = refund.state, client.get(registration_path(registration)).text

    till.settle_refund(str(refund.stripe_refund_id), "failed")
    till.deliver_to(client)
    deliver()

    assert pending == "pending"
    assert "480 € of it is on its way back to you" in meanwhile
    assert "480 € of it could not be paid back yet" in client.get(registration_path(registration)).text
    assert db.session.query(Refund).one().state == "failed"
    assert [item.kind for item in db.session.query(OpenItem)] == ["refund_failed"]
    assert "payments.refund_failed" in kinds()
    assert differences() == (1, [])


def test_a_lost_dispute_is_in_both_books(client: FlaskClient, till: Stripe, hold: Any, deliver: Deliver) -> None:
    _gathering, registration = hold
    session = open_checkout(client, registration)
    till.pay(session)
    till.deliver_to(client)
    deliver()

    dispute = till.dispute(session)
    till.deliver_to(client)
    deliver()
    till.close_dispute(dispute["id"], "lost")
    till.deliver_to(client)
    deliver()

    assert ledger(registration) == [("captured", PRICE), ("lost", -PRICE)]
    assert [item.kind for item in db.session.query(OpenItem)] == ["dispute"]
    assert differences() == (1, [])


def test_only_the_places_that_are_still_kept_are_paid_for_and_confirmed(
    client: FlaskClient, till: Stripe, deliver: Deliver
) -> None:
    gathering = a_gathering(price=PRICE)
    registration = a_booking(gathering, "ada@example.org", "bo@example.org")
    with writing():
        booking.cancel_places(registration.id, {registration.places[1].id})

    shown = client.get(pay_path(registration)).text
    till.pay(open_checkout(client, registration))
    till.deliver_to(client)
    deliver()

    assert "960" not in shown
    assert ledger(registration) == [("captured", PRICE)]
    assert [place.state for place in fresh(registration).places] == ["confirmed", "cancelled"]
    assert db.session.get_one(Gathering, gathering.id).taken == 1
    assert differences() == (1, [])


def test_stripe_learns_nothing_personal(client: FlaskClient, till: Stripe, hold: Any) -> None:
    _gathering, registration = hold
    open_checkout(client, registration)

    told = str(db.session.query(Attempt).one().parameters)

    assert "Ada" not in told
    assert "@" not in told
    assert "June" not in told
    assert "retreat" not in told.lower()


def test_a_cancelled_gathering_gives_everything_back(
    client: FlaskClient, till: Stripe, hold: Any, deliver: Deliver
) -> None:
    gathering, registration = hold
    till.pay(open_checkout(client, registration))
    till.deliver_to(client)
    deliver()
    with writing() as session:
        session.get_one(Gathering, gathering.id).state = "cancelled"
        emit(e.GatheringCancelled(gathering_id=gathering.id))
    deliver()

    assert fresh(registration).state == "cancelled"
    assert ledger(registration) == [("captured", PRICE), ("refunded", -PRICE)]
