"""Somebody tries to come in as another, or to have another come in as themselves."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from retreats import clock, create_app
from retreats.accounts import service
from retreats.accounts.models import SignedIn, SignIn
from retreats.db import db, writing
from tests.accounts.test_signing_in import ask, is_in, newest, the_link
from tests.conftest import Browser, browser_of, settings
from tests.counts import as_often, noted
from tests.house import a_person, sign_in
from tests.stores import ON_SQLITE

pytestmark = pytest.mark.slow
EACH, AS_GOOD_AS_EQUAL = as_often(usually=60, really=500), 0.010
"""How often each is asked for, and how many seconds may lie between the medians."""
TRIES = as_often(usually=7, really=910)
"""From each of eleven browsers: really ten thousand guesses."""
NO_TOKENS = ["", "   ", "\x00", "[]", '{"$gt": ""}', "null", "' OR 1=1 --", "0-" + "a" * 1_000_000]


def test_neither_answer_nor_time_tells_whether_an_address_is_known(client) -> None:
    a_person("ada@example.org")
    took: dict[str, list[float]] = {"ada@example.org": [], "bea@example.org": []}
    said: dict[str, set[tuple[object, ...]]] = {email: set() for email in took}

    for _again in range(EACH):
        for email, times in took.items():
            began = time.perf_counter()
            answer = ask(client, email)
            times.append(time.perf_counter() - began)
            headers = tuple((name, value) for name, value in answer.headers if name != "Set-Cookie")
            said[email].add((answer.status_code, len(answer.data), headers))

    known, unknown = said.values()
    assert known == unknown
    medians = [statistics.median(each) for each in took.values()]
    noted(f"AUTH-04: {EACH} each, medians {medians[0] * 1000:.2f} ms (known) and {medians[1] * 1000:.2f} ms (unknown)")
    assert abs(medians[0] - medians[1]) < AS_GOOD_AS_EQUAL
    assert min(medians) > 0


@ON_SQLITE
def test_ada_is_not_signed_in_as_whoever_sent_her_their_link(client) -> None:
    a_person("eve@example.org")
    ask(client.application.test_client(), "eve@example.org")

    client.get(the_link())
    forged = client.post("/sign-in/confirm", headers={"Sec-Fetch-Site": "cross-site"})
    client.application.config["WTF_CSRF_ENABLED"] = True
    without_token = client.post("/sign-in/confirm", headers={"Origin": "https://eve.example"})
    code = client.post("/sign-in/code", data={"code": service.short_code(newest())})

    assert [each.status_code for each in (forged, without_token, code)] == [400, 400, 400]
    assert not is_in(client)
    assert db.session.scalar(select(func.count(SignedIn.id))) == 0
    assert "eve@example.org" in client.get("/sign-in/confirm").text, "whose it is stands above the button"


@ON_SQLITE
def test_a_link_asked_for_on_a_phone_opens_on_a_laptop_and_a_link_that_was_passed_on_opens_once(app, client) -> None:
    a_person("ada@example.org")
    phone, laptop, friend = client, browser_of(app), browser_of(app)
    ask(phone, "ada@example.org")
    link = the_link()

    laptop.get(link)
    entered = laptop.post("/sign-in/confirm")
    friend.get(link)

    assert (entered.status_code, is_in(laptop)) == (303, True)
    assert (friend.post("/sign-in/confirm").status_code, is_in(friend), is_in(phone)) == (410, False, False)


def test_guessing_codes_from_many_browsers_ends_after_twenty_five_an_hour_and_ada_still_comes_in(
    app, client, monkeypatch
) -> None:
    a_person("ada@example.org")
    looked_at: list[int] = []
    really = service.entering.short_code

    def counting(asked: SignIn) -> str:
        if asked.person_id is not None:
            looked_at.append(asked.id)
        return really(asked)

    now = clock.real_now()
    monkeypatch.setattr(service.entering, "short_code", counting)
    for minute in (0, 1, 2, 9, 16, 17, 31, 32, 46, 47, 59):
        monkeypatch.setattr(clock, "real_now", lambda at=now + timedelta(minutes=minute): at)
        eve = browser_of(app)
        ask(eve, "ada@example.org")
        codes = {eve.post("/sign-in/code", data={"code": "no code"}).status_code for _try in range(TRIES)}
        assert codes == {422}
    guesses = len(looked_at)
    minute = 60
    while not open_letters():
        monkeypatch.setattr(clock, "real_now", lambda at=now + timedelta(minutes=minute): at)
        ask(client, "ada@example.org")
        minute += 1
    client.get(f"/sign-in/link/{service.link_token(open_letters()[-1])}")

    noted(f"AUTH-15: {11 * TRIES} guesses were sent, {guesses} were looked at; Ada waited {minute - 60} minutes")
    assert guesses == 25, "five letters an hour, and five tries for each"
    assert minute <= 65, "Ada waits five minutes at most, whatever Eve has asked for"
    assert client.post("/sign-in/confirm").status_code == 303
    assert is_in(client)


def open_letters() -> list[SignIn]:
    """The ways in that a letter has brought to somebody, and that still open."""
    asked = db.session.scalars(select(SignIn).where(SignIn.person_id.is_not(None)).order_by(SignIn.asked_at))
    return [each for each in asked if service.entering.is_open(each)]


@ON_SQLITE
@pytest.mark.parametrize("token", NO_TOKENS, ids=lambda each: repr(each[:12]))
def test_what_is_no_token_lets_nobody_in_however_it_is_sent(client, token) -> None:
    a_person("ada@example.org")
    ask(client, "ada@example.org")
    began = time.perf_counter()

    answers = [
        client.post("/sign-in/code", data={"code": token}),
        client.post("/sign-in/code", data={"code": [token, token]}),
        client.post("/sign-in/code", json={"code": token}),
        client.get("/registrations/NEVERWAS00", query_string={"key": [token, token]}),
        client.get("/places/NEVERWAS00", query_string={"key[]": token}),
        client.post("/places/NEVERWAS00/cancel", json={"key": {"$ne": token}}),
    ]

    assert {each.status_code for each in answers} <= {400, 404, 405, 422}
    assert not is_in(client)
    assert time.perf_counter() - began < 3


@ON_SQLITE
def test_staff_are_out_after_half_an_hour_of_quiet_and_after_twelve_hours_in_any_case(client) -> None:
    otto = a_person("otto@example.org", role="organiser")
    for column, age, inside in (
        ("seen_at", 29, True),
        ("seen_at", 30, False),
        ("began_at", 719, True),
        ("began_at", 720, False),
    ):
        sign_in(client, otto)
        with writing() as session:
            for each in session.scalars(select(SignedIn)):
                setattr(each, column, clock.real_now() - timedelta(minutes=age))
        assert (is_in(client), column, age) == (inside, column, age)


@ON_SQLITE
def test_a_cookie_that_another_house_of_the_same_domain_sets_is_not_looked_at(app, client, limits_as_before) -> None:
    sign_in(client, a_person("ada@example.org"))
    stolen = client.get_cookie("session", domain="127.0.0.1").value
    tls = create_app(
        **settings(
            app.config["SQLALCHEMY_DATABASE_URI"], app.config["VAR_DIR"], SITE_URL="https://casa.example", TESTING=False
        )
    )
    tls.test_client_class = Browser
    with tls.app_context():
        planted, own = tls.test_client(), tls.test_client()
        for browser, name in ((planted, "session"), (own, "__Host-session")):
            browser.set_cookie(name, stolen, domain="casa.example", secure=True)
        codes = [each.get("/me/sessions", base_url="https://casa.example").status_code for each in (planted, own)]
        db.session.remove()
        db.engine.dispose()

    assert codes == [303, 200], "the right name opens; the one that a neighbour could set does not"
