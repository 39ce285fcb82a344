"""Money that the house takes and gives by hand: noted once, never deleted, and known to the comparison of the books."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from retreats import clock
from retreats.booking import service as booking
from retreats.booking.addresses import registration_path
from retreats.booking.models import LedgerEntry, Registration
from retreats.db import db, writing
from retreats.outbox.models import Event
from retreats.payments.compare import differences
from retreats.payments.models import OpenItem
from tests.catalogue.organise import fields, otto
from tests.house import a_booking, a_gathering
from tests.payments.test_paying import PRICE, fresh, kinds, open_checkout
from tests.stripe_standin import Stripe

pytestmark = pytest.mark.slow

Deliver = Callable[[], int]


def money(registration: Registration) -> str:
    return f"/organise/gatherings/june-retreat/registrations/{registration.reference}/money"


def key_of(client: FlaskClient, registration: Registration) -> str:
    """The key of the forms as they are opened now."""
    return fields(client.get(money(registration)).text)["key"][0]


def note(client: FlaskClient, registration: Registration, form: str, amount: str, *, key: str = "", **more: str) -> Any:
    """Note money in one of the three forms."""
    field = form.replace("-", "_")
    return client.post(f"{money(registration)}/{form}", data={
        "key": key or key_of(client, registration), f"{field}_amount": amount, f"{field}_way": "transfer", **more,
    })  # fmt: skip


def ledger(registration: Registration) -> list[tuple[str, int, str | None]]:
    """Every movement and by which hand, what came in first."""
    db.session.remove()
    rows = db.session.query(LedgerEntry).filter_by(registration_id=registration.id)
    return sorted(
        ((each.kind, each.amount_minor, each.by_hand) for each in rows), key=lambda row: (row[0], row[2] or "", -row[1])
    )


def to_go_back() -> list[int]:
    """What waits for somebody who gives it back by hand."""
    db.session.remove()
    found = db.session.query(OpenItem).filter_by(kind="pay_back_by_hand", closed_at=None)
    return [each.amount_minor for each in found]


def test_a_transfer_that_came_in_confirms_the_places_once(client: FlaskClient, till: Stripe, deliver: Deliver) -> None:
    person = otto(client)
    ada = a_booking(a_gathering(price=PRICE), "ada@example.org")
    session, key = open_checkout(client, ada), key_of(client, ada)

    for _time in range(2):
        assert note(client, ada, "received", "480", key=key).status_code == 303
    deliver()

    assert fresh(ada).state == "confirmed"
    assert ledger(ada) == [("captured", PRICE, "transfer")]
    assert kinds().count("booking.confirmation") == 1
    assert "payments.received" not in kinds()
    assert till.page(session).status_code == 410
    assert [each.actor_id for each in db.session.query(Event).filter_by(name="PaidByHand")] == [person.id]
    assert differences() == (0, [])


def test_a_part_keeps_the_places_and_the_rest_can_still_be_paid_online(
    client: FlaskClient, till: Stripe, deliver: Deliver
) -> None:
    otto(client)
    ada = a_booking(a_gathering(price=PRICE), "ada@example.org")
    note(client, ada, "received", "180,00")
    deliver()
    clock.move_to(clock.now() + timedelta(hours=2))
    with writing():
        booking.lapse_due(clock.now())
    kept, said = fresh(ada).state, client.get(registration_path(fresh(ada))).text

    till.pay(open_checkout(client, ada))
    till.deliver_to(client)
    deliver()

    assert kept == "held"
    assert "300 € is still to be paid." in said
    assert fresh(ada).state == "confirmed"
    assert ledger(ada) == [("captured", 300_00, None), ("captured", 180_00, "transfer")]
    assert kinds().count("payments.received") == 1
    assert differences() == (1, [])


def test_more_than_is_owed_is_asked_about_and_has_to_go_back_by_hand(client: FlaskClient, deliver: Deliver) -> None:
    otto(client)
    ada = a_booking(a_gathering(price=PRICE), "ada@example.org")

    asked = note(client, ada, "received", "500")
    sure = note(client, ada, "received", "500", received_knowingly="yes")
    deliver()
    waits = to_go_back()
    note(client, ada, "paid-back", "20")
    deliver()

    assert asked.status_code == 422
    assert "Only 480 € is owed." in asked.text
    assert 'value="500"' in asked.text
    assert sure.status_code == 303
    assert waits == [20_00]
    assert to_go_back() == []
    assert ledger(ada) == [("captured", 500_00, "transfer"), ("refunded", -20_00, "transfer")]
    assert "payments.handed_back" in kinds()
    assert fresh(ada).state == "confirmed"


def test_a_mistaken_entry_is_taken_back_by_another_and_both_stay(client: FlaskClient, deliver: Deliver) -> None:
    otto(client)
    ada = a_booking(a_gathering(price=PRICE), "ada@example.org")
    note(client, ada, "received", "480")
    deliver()
    entry = db.session.query(LedgerEntry).one().id
    assert f"entries/{entry}/reverse" in client.get(money(ada)).text

    for _time in range(2):
        client.post(f"{money(ada)}/entries/{entry}/reverse")
    deliver()

    assert ledger(ada) == [("captured", PRICE, "transfer"), ("captured", -PRICE, "transfer")]
    assert (fresh(ada).state, booking.owed(fresh(ada)), fresh(ada).pays_by) == ("confirmed", PRICE, "transfer")
    assert "reverse" not in client.get(money(ada)).text
    assert kinds().count("payments.corrected") == 1
    assert "An entry of 480 € was a mistake and was taken back." in client.get(money(ada).removesuffix("/money")).text


def test_a_cancelled_place_that_was_paid_by_hand_waits_until_somebody_gives_it_back(
    client: FlaskClient, deliver: Deliver
) -> None:
    otto(client)
    ada = a_booking(a_gathering(price=PRICE, refund_tiers=[{"days": 30, "percent": 50}]), "ada@example.org")
    note(client, ada, "received", "480")
    with writing():
        booking.cancel_by_house(ada.id, {ada.places[0].id}, refund="agreed", shown_minor=240_00)
    deliver()
    waits, day = to_go_back(), client.get("/organise/").text

    too_much = note(client, ada, "paid-back", "480.01")
    note(client, ada, "paid-back", "240")

    assert waits == [240_00]
    assert "One thing about money waits for you" in day
    assert too_much.status_code == 422
    assert "At most 480 € can go back this way." in too_much.text
    assert to_go_back() == []


def test_a_goodwill_goes_back_through_stripe_once_and_nobody_owes_it(
    client: FlaskClient, till: Stripe, deliver: Deliver
) -> None:
    otto(client)
    ada = a_booking(a_gathering(price=PRICE), "ada@example.org")
    till.pay(open_checkout(client, ada))
    till.deliver_to(client)
    deliver()
    key = key_of(client, ada)

    for _time in range(2):
        note(client, ada, "refund", "80", key=key)
    deliver()
    too_much = note(client, ada, "refund", "400.01")

    assert ledger(ada) == [("captured", PRICE, None), ("refunded", -80_00, None)]
    assert (fresh(ada).state, booking.owed(fresh(ada))) == ("confirmed", 0)
    assert too_much.status_code == 422
    assert differences() == (1, [])


def test_nothing_goes_back_while_a_bank_is_asked_to_take_it_back(
    client: FlaskClient, till: Stripe, deliver: Deliver
) -> None:
    otto(client)
    ada = a_booking(a_gathering(price=PRICE), "ada@example.org")
    session = open_checkout(client, ada)
    till.pay(session)
    till.deliver_to(client)
    deliver()
    key = key_of(client, ada)
    till.dispute(session)
    till.deliver_to(client)
    deliver()

    answer = note(client, ada, "refund", "80", key=key)

    assert answer.status_code == 422
    assert "A bank is asked to take this payment back." in answer.text
    assert ledger(ada) == [("captured", PRICE, None)]


def test_what_was_paid_online_after_all_goes_back_the_way_it_came(
    client: FlaskClient, till: Stripe, deliver: Deliver
) -> None:
    otto(client)
    ada = a_booking(a_gathering(price=PRICE), "ada@example.org")
    till.pay(open_checkout(client, ada))
    note(client, ada, "received", "480")

    for _round in range(2):
        till.deliver_to(client)
        deliver()

    assert ledger(ada) == [("captured", PRICE, None), ("captured", PRICE, "transfer"), ("refunded", -PRICE, None)]
    assert fresh(ada).state == "confirmed"
    assert to_go_back() == []
    assert differences() == (1, [])


def test_a_form_without_an_amount_or_a_way_comes_back(client: FlaskClient) -> None:
    otto(client)
    ada = a_booking(a_gathering(price=PRICE), "ada@example.org")

    answers = [note(client, ada, "received", amount, received_way=way) for amount, way in
               (("", "cash"), ("0", "cash"), ("much", "cash"), ("480", ""), ("480", "gold"))]  # fmt: skip

    assert [each.status_code for each in answers] == [422] * 5
    assert 'value="much"' in answers[2].text
    assert ledger(ada) == []
