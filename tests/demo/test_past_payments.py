"""What the community paid before anybody looked is in the stand-in's books too, and can be paid back."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from retreats import clock
from retreats.booking.addresses import registration_key
from retreats.booking.models import Registration
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.demo import beginning
from retreats.payments.compare import differences
from retreats.payments.models import Attempt, Refund
from tests.conftest import browser_of
from tests.stripe_standin import Stripe

pytestmark = pytest.mark.slow


@pytest.fixture
def shop(demo_house: Flask, stripe_standin: Stripe, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The demonstration, loaded, with the stand-in beside it."""
    for name, value in stripe_standin.settings.items():
        monkeypatch.setitem(demo_house.config, name, value)
    beginning.load_if_new()
    return demo_house


def a_paid_booking() -> Registration:
    """Somebody's who can still give it back for all of the money."""
    db.session.remove()
    return db.session.scalars(
        select(Registration)
        .join(Gathering)
        .where(Registration.state == "confirmed", Registration.agreed_minor > 0)
        .where(Gathering.state == "published", Gathering.starts_at > clock.now())
        .order_by(Gathering.starts_at.desc(), Registration.registered_at)
    ).first()


def give_back(shop: Flask, registration: Registration) -> None:
    """Cancel every place of it."""
    given = {"key": registration_key(registration), "place": [place.reference for place in registration.places]}
    answer = browser_of(shop).post(f"/registrations/{registration.reference}/cancel", data=given)
    assert answer.status_code == 303


def went_back(registration: Registration) -> tuple[set[str], int]:
    """What became of its refunds, and how much they are together."""
    made = db.session.scalars(select(Refund).where(Refund.registration_id == registration.id)).all()
    return {each.state for each in made}, sum(each.amount_minor for each in made)


def test_both_books_agree_on_a_fresh_demonstration(shop: Flask) -> None:
    del shop
    paid = db.session.query(Attempt).count()

    assert paid > 10
    assert differences() == (paid, [])


def test_somebody_of_the_community_gives_a_paid_place_back_and_is_refunded(shop: Flask, deliver: Any) -> None:
    ours = a_paid_booking()
    give_back(shop, ours)

    deliver()

    assert went_back(ours) == ({"refunded"}, ours.agreed_minor)
    assert differences() == (db.session.query(Attempt).count(), [])


def test_after_beginning_again_the_books_agree_and_money_goes_back(shop: Flask, deliver: Any) -> None:
    first = a_paid_booking()
    give_back(shop, first)
    deliver()

    answer = browser_of(shop).post("/demo/reset", headers={"Accept": "application/json"})
    again = a_paid_booking()
    give_back(shop, again)
    deliver()

    assert answer.json == {"reset": True}
    assert again.id != first.id
    assert went_back(again) == ({"refunded"}, again.agreed_minor)
    assert differences() == (db.session.query(Attempt).count(), [])


def test_the_stand_in_is_told_again_at_each_start_and_enters_each_payment_once(
    shop: Flask, stripe_standin: Stripe
) -> None:
    del shop
    once = stripe_standin.ledger()

    loaded = beginning.load_if_new()
    again = stripe_standin.ledger()
    stripe_standin.reset()
    beginning.load_if_new()

    assert not loaded
    assert once == again == stripe_standin.ledger()


def test_while_the_stand_in_is_away_nothing_is_thrown_away_and_it_is_said(
    shop: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = a_paid_booking().id
    monkeypatch.setitem(shop.config, "STRIPE_API_BASE", "http://127.0.0.1:9")

    answer = browser_of(shop).post("/demo/reset", headers={"Accept": "application/json"})
    told = shop.test_cli_runner().invoke(args=["demo", "load"])

    assert (answer.status_code, answer.json["code"]) == (503, "stand_in_silent")
    assert told.exit_code == 1
    assert told.output.startswith("Error: The stand-in for Stripe does not answer")
    assert a_paid_booking().id == before
