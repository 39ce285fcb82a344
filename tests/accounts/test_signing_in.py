"""Signing in by mail."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from retreats import clock
from retreats.accounts import service
from retreats.accounts.forms import own_path
from retreats.accounts.models import SignedIn, SignIn
from retreats.db import db, writing
from retreats.outbox.models import Event
from tests.counts import as_often, noted
from tests.house import a_person, sign_in


def ask(client, email, **more):
    return client.post("/sign-in", data={"email": email, **more})


def newest() -> SignIn:
    return db.session.scalars(select(SignIn).order_by(SignIn.asked_at.desc())).first()


def the_link() -> str:
    return f"/sign-in/link/{service.link_token(newest())}"


def grow_older(minutes: int) -> None:
    with writing() as session:
        for asked in session.scalars(select(SignIn)):
            asked.asked_at -= timedelta(minutes=minutes)


def is_in(client) -> bool:
    return client.get("/me/sessions").status_code == 200


def test_ada_comes_in_by_the_link_and_its_button(client):
    a_person("ada@example.org")
    asked = ask(client, "Ada@Example.org ")
    opened = client.get(the_link())
    confirm = client.get("/sign-in/confirm")

    entered = client.post("/sign-in/confirm")

    assert (asked.status_code, asked.location) == (303, "/sign-in/sent")
    assert (opened.status_code, opened.location) == (303, "/sign-in/confirm")
    assert "ada@example.org" in confirm.text
    assert (entered.status_code, entered.location) == (303, "/me/")
    assert is_in(client)


def test_a_scanner_that_opens_the_link_first_changes_nothing(client, another_client):
    a_person("ada@example.org")
    ask(client, "ada@example.org")
    link = the_link()

    another_client.head(link, follow_redirects=True)
    another_client.get(link, follow_redirects=True)

    assert not is_in(another_client)
    client.get(link)
    assert client.post("/sign-in/confirm").status_code == 303
    assert is_in(client)


def test_a_link_works_once_and_then_offers_a_new_one(client, another_client):
    a_person("ada@example.org")
    ask(client, "ada@example.org")
    link = the_link()
    client.get(link)
    client.post("/sign-in/confirm")

    another_client.get(link)
    again = another_client.get("/sign-in/confirm")
    pressed = another_client.post("/sign-in/confirm")

    assert (again.status_code, pressed.status_code) == (410, 410)
    assert "/sign-in/again" in again.text
    assert not is_in(another_client)


def test_an_old_link_is_renewed_with_one_press(client):
    a_person("ada@example.org")
    ask(client, "ada@example.org", next="/me/?a=1")
    link = the_link()
    grow_older(11)
    client.get(link)

    assert client.get("/sign-in/confirm").status_code == 410
    renewed = client.post("/sign-in/again")
    client.get(the_link())
    entered = client.post("/sign-in/confirm")

    assert (renewed.location, entered.location) == ("/sign-in/sent", "/me/?a=1")


def test_the_code_works_in_the_browser_that_asked_and_in_no_other(client, another_client):
    a_person("ada@example.org")
    ask(client, "ada@example.org")
    code = service.short_code(newest())
    ask(another_client, "nobody@example.org")

    elsewhere = another_client.post("/sign-in/code", data={"code": code})
    here = client.post("/sign-in/code", data={"code": f"{code[:3]} {code[3:]}"})

    assert elsewhere.status_code == 422
    assert (here.status_code, here.location) == (303, "/me/")


def test_after_five_tries_the_code_is_closed_and_the_link_still_opens(client):
    a_person("ada@example.org")
    ask(client, "ada@example.org")
    code, link = service.short_code(newest()), the_link()
    wrong = "000000" if code != "000000" else "111111"
    tried = [client.post("/sign-in/code", data={"code": wrong}).status_code for _ in range(5)]

    sixth = client.post("/sign-in/code", data={"code": code})
    client.get(link)
    entered = client.post("/sign-in/confirm")

    assert tried == [422] * 5
    assert sixth.status_code == 422
    assert entered.status_code == 303


def test_known_unknown_and_disabled_addresses_get_the_same_answer_and_the_same_rows(client, another_client):
    a_person("ada@example.org")
    dora = a_person("dora@example.org")
    with writing() as session:
        service.disable(session.merge(dora))
    rows = []
    answers = []
    for email in ("ada@example.org", "bela@example.org", "dora@example.org"):
        before = db.session.query(SignIn).count(), db.session.query(Event).count()
        answer = ask(another_client, email)
        page = another_client.get("/sign-in/sent").text.replace(email, "…")
        answers.append(
            (answer.status_code, answer.location, sorted(answer.headers.keys()), re.sub(r'value="[^"]*"', "", page))
        )
        rows.append((db.session.query(SignIn).count() - before[0], db.session.query(Event).count() - before[1]))

    assert answers[0] == answers[1] == answers[2]
    assert rows == [(1, 1)] * 3


def test_nothing_is_mailed_inside_the_request(client, deliver, post_office):
    a_person("ada@example.org")

    ask(client, "ada@example.org")

    assert post_office.letters == []
    deliver()
    assert len(post_office.letters) == 1


def test_at_most_five_letters_an_hour_and_ada_is_never_locked_out(client, deliver, monkeypatch):
    a_person("ada@example.org")
    now = clock.real_now()
    gaps = []
    asks = as_often(usually=120, really=1_000)
    for number in range(asks):
        minute = number * 120 / asks
        monkeypatch.setattr(clock, "real_now", lambda at=now + timedelta(minutes=minute): at)
        ask(client, "ada@example.org")
        asked = db.session.scalars(select(SignIn.asked_at).where(SignIn.person_id.is_not(None))).all()
        assert len([each for each in asked if each > clock.real_now() - timedelta(hours=1)]) <= 5
        gaps.append(clock.real_now() - max(asked))

    noted(f"RATE-01: {asks} requests in two hours, at most five letters an hour, the longest wait {max(gaps)}")
    assert max(gaps) < timedelta(minutes=15)


def test_the_newest_of_five_links_works_and_then_all_are_dead(client, monkeypatch):
    a_person("ada@example.org")
    now = clock.real_now()
    links = []
    for minute in (0, 1, 16):
        monkeypatch.setattr(clock, "real_now", lambda at=now + timedelta(minutes=minute): at)
        ask(client, "ada@example.org")
        links.append(the_link())
    client.get(links[-1])
    assert client.post("/sign-in/confirm").status_code == 303

    client.post("/sign-out")
    answers = [(client.get(link), client.post("/sign-in/confirm").status_code)[1] for link in links]

    assert answers == [410, 410, 410]


def test_what_was_in_the_browser_before_is_dropped_at_sign_in(client):
    ada = a_person("ada@example.org")
    with client.session_transaction() as planted:
        planted["_user_id"] = "planted"
        planted["theirs"] = "x"
    ask(client, ada.email)
    client.get(the_link())

    client.post("/sign-in/confirm")

    with client.session_transaction() as kept:
        assert "theirs" not in kept
        assert kept["_user_id"] != "planted"


def test_a_copied_cookie_is_dead_after_signing_out(client, another_client):
    ada = a_person("ada@example.org")
    sign_in(client, ada)
    with client.session_transaction() as session:
        token = session["_user_id"]
    with another_client.session_transaction() as copied:
        copied["_user_id"] = token
    assert is_in(another_client)

    left = client.post("/sign-out")

    assert left.headers["Clear-Site-Data"] == '"cookies", "storage"'
    assert not is_in(another_client)


def test_whoever_is_disabled_is_refused_at_the_next_request(client):
    ada = a_person("ada@example.org")
    sign_in(client, ada)
    assert is_in(client)

    with writing() as session:
        service.disable(session.get(type(ada), ada.id))

    assert not is_in(client)


def test_sessions_end_on_the_server_when_idle_and_when_old(client):
    ada = a_person("ada@example.org")
    for column, age in (("seen_at", timedelta(days=15)), ("began_at", timedelta(days=61))):
        sign_in(client, ada)
        assert is_in(client)
        with writing() as session:
            for each in session.scalars(select(SignedIn)):
                setattr(each, column, clock.real_now() - age)
        assert not is_in(client)


def test_ada_ends_her_other_sessions_and_nobody_elses(client, another_client, app):
    ada, bo = a_person("ada@example.org"), a_person("bo@example.org")
    sign_in(client, ada)
    sign_in(another_client, ada)
    third = app.test_client()
    sign_in(third, bo)
    theirs = db.session.scalar(select(SignedIn.id).where(SignedIn.person_id == bo.id))

    assert client.post(f"/me/sessions/{theirs}/end").status_code == 404
    assert client.post("/me/sessions/end-others").status_code == 303

    assert (is_in(client), is_in(another_client), is_in(third)) == (True, False, True)


@pytest.mark.parametrize(
    "spelled",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "javascript:alert(1)",
     "http:evil.example", "https://127.0.0.1:5999@evil.example/", "evil.example", " //evil.example", "/a\nb", "///evil.example",
     "/é", "", None, "/" + "a" * 600],
)  # fmt: skip
def test_next_stays_on_our_site(spelled):
    assert own_path(spelled) is None


def test_next_leads_back_to_where_one_wanted_to_go(client):
    a_person("ada@example.org")
    asked_for = client.get("/me/sessions?x=1")
    ask(client, "ada@example.org", next="//evil.example/")
    client.get(the_link())
    astray = client.post("/sign-in/confirm")

    assert asked_for.location == "/sign-in?next=/me/sessions%3Fx%3D1"
    assert astray.location == "/me/"


@pytest.mark.parametrize(
    "token",
    ["x", "%20", "[]", "{}", "0-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a" * 100_000, "0-" + "A" * 32, "-" * 34],
)
def test_what_is_no_link_is_refused_with_a_sentence(client, token):
    client.get(f"/sign-in/link/{token}")

    answer = client.get("/sign-in/confirm")

    assert answer.status_code == 400
    assert "Part of this link is missing" in answer.text


def test_a_character_that_no_address_has_leads_nowhere(client):
    assert client.get("/sign-in/link/%00").status_code == 404


def test_a_link_of_the_right_shape_that_was_never_made_opens_nothing(client):
    client.get("/sign-in/link/1f-" + "a" * 32)

    assert client.get("/sign-in/confirm").status_code == 410
    assert client.post("/sign-in/again").location == "/sign-in"


def test_the_token_stays_out_of_the_page_and_of_the_referrer(client):
    a_person("ada@example.org")
    ask(client, "ada@example.org")
    token = service.link_token(newest())

    opened = client.get(f"/sign-in/link/{token}")
    page = client.get("/sign-in/confirm")

    assert opened.headers["Referrer-Policy"] == "no-referrer"
    assert token not in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_a_stolen_table_signs_nobody_in(client):
    ada = a_person("ada@example.org")
    sign_in(client, ada)
    stolen = db.session.scalar(select(SignedIn.token_hash))

    with client.session_transaction() as session:
        session["_user_id"] = stolen.hex()

    assert not is_in(client)


def test_a_forged_host_is_refused_and_letters_use_our_own_address(client, deliver, post_office):
    a_person("ada@example.org")

    forged = client.post("/sign-in", data={"email": "ada@example.org"}, headers={"Host": "evil.example"})
    client.post("/sign-in", data={"email": "ada@example.org"}, headers={"X-Forwarded-Host": "evil.example"})
    deliver()

    assert forged.status_code == 400
    assert len(post_office.letters) == 1
    assert "http://127.0.0.1:5999/sign-in/link/" in post_office.letters[0].text
    assert "evil" not in post_office.letters[0].text


def test_one_network_that_asks_without_end_is_told_to_wait(client):
    from retreats.web import limiter

    fresh = Flask("only its limits")
    fresh.config.update(RATELIMIT_STORAGE_URI="memory://", RATELIMIT_ENABLED=True)
    limiter.init_app(fresh)
    try:
        answers = [ask(client, f"p{number}@example.org").status_code for number in range(31)]
        over = ask(client, "p@example.org")
    finally:
        limiter.enabled = False

    assert answers[:30] == [303] * 30
    assert over.status_code == 429
    assert int(over.headers["Retry-After"]) > 0


def test_somebody_signed_in_as_another_sees_it_before_pressing(client):
    bo = a_person("bo@example.org")
    a_person("ada@example.org")
    sign_in(client, bo)
    ask(client, "ada@example.org")
    client.get(the_link())

    page = client.get("/sign-in/confirm").text

    assert "Somebody else is signed in here" in page
    assert "bo@example.org" in page


def test_organisers_come_in_to_their_day_past_the_second_factor_that_they_have_not_set_up(client):
    a_person("otto@example.org", role="organiser")
    ask(client, "otto@example.org")
    client.get(the_link())

    led = client.post("/sign-in/confirm").location

    assert led == "/me/second-factor?next=/organise/"
    assert 'href="/organise/">Not now: go on without it' in client.get(led).text


def test_old_ways_in_are_forgotten(client, deliver):
    a_person("ada@example.org")
    ask(client, "ada@example.org")
    grow_older(25 * 60)

    deliver()

    assert db.session.query(SignIn).count() == 0
