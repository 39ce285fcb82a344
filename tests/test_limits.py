"""What is asked too often: whoever floods the house is stopped, and nobody else is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from retreats import create_app
from retreats.booking.addresses import place_key, registration_key
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.pages import own_feed
from tests.conftest import Browser, settings
from tests.house import a_booking, a_gathering, a_person, places, sign_in
from tests.stores import ON_SQLITE

pytestmark = [pytest.mark.slow, ON_SQLITE]
Opened = Callable[..., Flask]


@pytest.fixture
def opened(app: Flask, limits_as_before: None) -> Iterator[Opened]:
    """The house as it is in life, with limits: `opened(PROXY_HOPS=1)`."""
    houses = []

    def one(**more: Any) -> Flask:
        house = create_app(
            **settings(app.config["SQLALCHEMY_DATABASE_URI"], app.config["VAR_DIR"], TESTING=False, **more)
        )
        house.config["WTF_CSRF_ENABLED"] = False
        house.test_client_class = Browser
        houses.append(house)
        return house

    yield one
    for house in houses:
        with house.app_context():
            db.session.remove()
            db.engine.dispose()


def book(client: FlaskClient, gathering: Gathering, name: str, *, party: int = 1, **more: Any) -> Any:
    """Somebody sends the form, as a browser does."""
    db.session.add(gathering)
    sent = {
        "key": name,
        "party": str(party),
        "ticket": str(gathering.ticket_types[0].id),
        "email-0": f"{name}@example.org",
    }
    sent |= {f"name-{number}": f"{name} {number}" for number in range(party)}
    return client.post(
        f"/gatherings/{gathering.slug}/register", data=sent, headers={"Sec-Fetch-Site": "same-origin"}, **more
    )


def test_a_bot_does_not_block_a_gathering_and_whoever_signs_in_books_beside_it(opened: Opened) -> None:
    house = opened()
    retreat, circle = a_gathering(places=60, price=48_000), a_gathering(slug="circle", places=60)
    bot, ada = house.test_client(), house.test_client()
    sign_in(ada, a_person("ada@example.org"))

    first = [book(bot, retreat, f"bot{n}", party=5).status_code for n in range(100)]
    second = book(bot, circle, "bot")
    hers = book(ada, retreat, "ada")
    elsewhere = book(house.test_client(), retreat, "bo", environ_overrides={"REMOTE_ADDR": "10.0.0.9"})

    taken = [each.name for each in places(retreat)]
    assert first == [303, 303] + [429] * 98, "it would have been five hundred places"
    assert len([each for each in taken if each.startswith("bot")]) == 10
    assert second.status_code == 303, "two more are within the twelve"
    assert (hers.status_code, elsewhere.status_code) == (303, 303)


def test_whoever_is_over_the_limit_reads_how_long_and_loses_nothing_that_was_typed(opened: Opened) -> None:
    client, retreat = opened().test_client(), a_gathering(places=60)
    for number in range(2):
        book(client, retreat, f"p{number}", party=6)

    over = book(client, retreat, "zoe", party=2)
    in_portuguese = client.post(f"/gatherings/{retreat.slug}/register?lang=pt", data={"key": "x"})

    assert over.status_code == 429
    assert 1 <= int(over.headers["Retry-After"]) <= 1801
    assert re.search(r"<h1[^>]*>A moment, please</h1>", over.text)
    assert re.search(r"Wait (\d+ minutes|a minute) and try again", over.text)
    assert re.search(r'name="email-0" value="zoe@example.org"', over.text)
    assert in_portuguese.status_code == 429
    assert "Foram mais vezes do que permitimos" in in_portuguese.text


@pytest.mark.parametrize(("hops", "limited"), [(0, True), (1, True), (2, False)])
def test_an_address_that_somebody_only_claims_does_not_count(opened: Opened, hops: int, limited: bool) -> None:
    client = opened(PROXY_HOPS=hops).test_client()

    codes = [
        client.post(
            "/sign-in", data={"email": f"p{n}@example.org"}, headers={"X-Forwarded-For": f"10.9.{n}.7, 203.0.113.5"}
        )
        for n in range(32)
    ]

    assert (codes[-1].status_code == 429) == limited, "the network is the one that our own proxy has seen"
    assert {each.status_code for each in codes[:30]} == {303}


def test_a_forged_host_before_our_own_proxy_is_refused_too(opened: Opened, deliver: Any, post_office: Any) -> None:
    """AUTH-11: with a proxy in front the house believes its X-Forwarded-Host, and only one that it knows."""
    a_person("ada@example.org")
    client = opened(PROXY_HOPS=1).test_client()

    forged = client.post("/sign-in", data={"email": "ada@example.org"}, headers={"X-Forwarded-Host": "evil.example"})
    honest = client.post("/sign-in", data={"email": "ada@example.org"}, headers={"X-Forwarded-Host": "127.0.0.1:5999"})
    deliver()

    assert (forged.status_code, honest.status_code) == (400, 303)
    [letter] = post_office.letters
    assert "http://127.0.0.1:5999/sign-in/link/" in letter.text
    assert "evil" not in letter.text


def test_stripes_notices_are_never_too_many(opened: Opened) -> None:
    client = opened(STRIPE_SECRET_KEY="sk_test_x", STRIPE_WEBHOOK_SECRET="whsec_x").test_client()

    codes = {
        client.post("/webhooks/stripe", data=b"{}", headers={"Stripe-Signature": "t=1,v1=x"}).status_code
        for _n in range(100)
    }

    assert codes == {400}, "each of them is looked at: it is refused for its signature, not for coming"


def test_without_its_store_the_house_works_and_counts_more_strictly_who_wants_in(opened: Opened) -> None:
    """RATE-06: each process counts for itself then, so what could be guessed is allowed less often."""
    client, retreat = opened(REDIS_URL="redis://127.0.0.1:1/0").test_client(), a_gathering(places=60)

    codes = [client.post("/sign-in", data={"email": f"p{n}@example.org"}).status_code for n in range(34)]
    tries = [client.post("/sign-in/code", data={"code": f"{n:06}"}).status_code for n in range(8)]
    booked = [book(client, retreat, f"p{n}").status_code for n in range(14)]

    assert codes == [303] * 5 + [429] * 29
    assert tries == [422] * 5 + [429] * 3
    assert booked == [303] * 12 + [429] * 2
    assert client.get("/gatherings/").status_code == 200


def test_no_key_of_the_house_can_be_guessed(app: Flask) -> None:
    registration = a_booking(a_gathering(), "ada@example.org")
    ada = a_person("ada@example.org")
    keys = [registration_key(registration), place_key(registration.places[0]), own_feed.token_of(ada)[-32:]]
    again = a_booking(a_gathering(slug="circle"), "bo@example.org")

    assert [bool(re.fullmatch("[a-z2-7]{32}", each)) for each in keys] == [True] * 3, "160 bits each"
    assert len({*keys, registration_key(again), place_key(again.places[0])}) == 5
    del app
