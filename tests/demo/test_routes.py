"""The demonstration's own pages: being somebody, the clock, the mailbox, beginning again; and that a real house has none."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from retreats import clock
from retreats.accounts.models import Person
from retreats.booking.models import Registration
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.demo import clockwork
from retreats.demo.beginning import mail_folder
from tests.conftest import TODAY, browser_of
from tests.demo.conftest import begun
from tests.house import a_booking
from tests.remembering import remembered
from tests.smtp_server import PostOffice
from tests.stripe_standin import Stripe

pytestmark = pytest.mark.slow

PROGRAM = {"Accept": "application/json"}
LETTER = "<!doctype html><html><head><title>A place</title></head><body><a href='/places/x'>Look</a></body></html>"


@pytest.fixture
def visitor(demo_house: Flask) -> FlaskClient:
    """Somebody who looks round the demonstration."""
    remembered("the demonstration", begun)
    return browser_of(demo_house)


@pytest.fixture
def letters(demo_house: Flask) -> list[bytes]:
    """Two letters in the mailbox, the second with HTML."""
    folder, kept = mail_folder(), []
    folder.mkdir(exist_ok=True)
    for stale in folder.glob("*.eml"):
        stale.unlink()
    for number, (to, html) in enumerate((("ada@example.org", ""), ("bo@example.org", LETTER)), start=1):
        letter = EmailMessage()
        letter["To"], letter["Subject"], letter["Date"] = to, f"Letter {number}", "Mon, 15 Mar 2027 09:00:00 +0000"
        letter.set_content("Look at your place.\n")
        if html:
            letter.add_alternative(html, subtype="html")
        kept.append(letter.as_bytes())
        (folder / f"{number}.eml").write_bytes(kept[-1])
    del demo_house
    return kept


@pytest.mark.parametrize(
    ("name", "home"), [("otto", "/organise/"), ("mira", "/facilitate/"), ("celeste", "/care/"), ("ada", "/me/")]
)
def test_one_can_be_anybody_and_arrives_where_they_belong(visitor, name, home) -> None:
    shut = visitor.get(home)

    answer = visitor.post("/demo/sign-in", data={"email": f" {name.title()}@Example.org "})

    assert shut.status_code == 303
    assert (answer.status_code, answer.location) == (303, home)
    assert visitor.get(home).status_code == 200


def test_a_program_is_told_whom_it_has_become_and_nobody_becomes_a_stranger(visitor) -> None:
    become = visitor.post("/demo/sign-in", data={"email": "ada@example.org"}, headers=PROGRAM)
    stranger = visitor.post("/demo/sign-in", data={"email": "nobody@example.org"})

    assert (become.status_code, become.json) == (200, {"signed_in": "ada@example.org"})
    assert stranger.status_code == 404


def test_the_page_names_everybody_with_their_address_and_their_letters(visitor) -> None:
    page = visitor.get("/demo/").text

    assert page.count('name="email"') >= 12
    assert "celeste@example.org" in page
    assert 'href="/demo/mailbox?to=celeste@example.org"' in page


def test_the_clock_goes_as_far_as_it_is_asked_and_says_so_to_programs(visitor) -> None:
    answer = visitor.post("/demo/clock", data={"advance": "90m"}, headers=PROGRAM)

    assert answer.status_code == 200
    assert clock.now() == TODAY + timedelta(minutes=90)
    assert answer.json["now"] == clock.now().isoformat()
    assert answer.json["stops"] >= 0


def test_the_clock_goes_to_the_next_thing_and_lets_it_happen(visitor) -> None:
    visitor.post("/demo/clock", data={"advance": "1h"})
    due = clockwork.next_moment()

    answer = visitor.post("/demo/clock", data={"advance": "next", "back": "walk"})

    assert (answer.status_code, answer.location) == (303, "/demo/#walk")
    assert due < clock.now() <= due + timedelta(seconds=2)
    assert clockwork.next_moment() > due


@pytest.mark.parametrize("step", ["", "soon", "-3d", "0m", "367d", "99999w"])
def test_a_step_that_the_clock_cannot_take_moves_nothing_and_is_explained(visitor, step) -> None:
    for_a_person = visitor.post("/demo/clock", data={"advance": step})
    for_a_program = visitor.post("/demo/clock", data={"advance": step}, headers=PROGRAM)

    assert (for_a_person.status_code, for_a_person.location) == (303, "/demo/?wrong=step#clock")
    assert "at most 366d" in visitor.get("/demo/?wrong=step").text
    assert (for_a_program.status_code, list(for_a_program.json)) == (422, ["error"])
    assert clock.now() == TODAY


def test_the_mailbox_can_be_read_by_programs_letter_by_letter(visitor, letters) -> None:
    listed = visitor.get("/demo/mailbox.json").json

    assert listed == [
        {"to": to, "subject": f"Letter {n}", "date": "2027-03-15T09:00:00+00:00", "eml": f"/demo/mailbox/{n}.eml"}
        for n, to in ((2, "bo@example.org"), (1, "ada@example.org"))
    ]
    for each, kept in zip(reversed(listed), letters, strict=True):
        letter = visitor.get(each["eml"])
        assert (letter.content_type, letter.data) == ("message/rfc822", kept)
    assert [visitor.get(f"/demo/mailbox/3{kind}").status_code for kind in ("", "/html", ".eml")] == [404, 404, 404]


def test_a_reader_finds_their_own_letters_and_the_links_lead_out_of_the_frame(visitor, letters) -> None:
    del letters

    mine = visitor.get("/demo/mailbox?to=bo@example.org").text
    framed = visitor.get("/demo/mailbox/2/html")

    assert "Letter 2" in mine
    assert "Letter 1" not in mine
    assert '<head><base target="_top">' in framed.text
    assert "sandbox" in framed.headers["Content-Security-Policy"]
    assert "allow-scripts" not in framed.headers["Content-Security-Policy"]


@pytest.mark.parametrize("headers", [{}, PROGRAM])
def test_beginning_again_forgets_what_was_done_and_the_first_letters_are_there_at_once(
    visitor, letters, demo_house, running_post_office: PostOffice, stripe_standin: Stripe, monkeypatch, headers
) -> None:
    for name, value in stripe_standin.settings.items():
        monkeypatch.setitem(demo_house.config, name, value)
    monkeypatch.setitem(demo_house.config, "MAIL_SERVER", "127.0.0.1")
    monkeypatch.setitem(demo_house.config, "MAIL_PORT", running_post_office.port)
    del letters
    booked = db.session.scalar(select(func.count()).select_from(Registration))
    circle = db.session.scalars(select(Gathering).where(Gathering.slug == "tuesday-circle")).one()
    a_booking(circle, "eva@example.org")
    running_post_office.empty()

    answer = visitor.post("/demo/reset", headers=headers)

    assert answer.status_code == (200 if headers else 303)
    assert answer.json == {"reset": True} if headers else answer.location == "/demo/"
    db.session.remove()
    assert db.session.scalar(select(func.count()).select_from(Registration)) == booked
    assert db.session.scalar(select(Person).where(Person.email == "eva@example.org")) is None
    assert visitor.get("/demo/mailbox.json").json == []
    assert "How was it? Body and Word: Breath" in {each.subject for each in running_post_office.letters}


def test_a_house_that_is_no_demonstration_has_none_of_it(client, demo_house) -> None:
    asked = {
        (method, rule.rule.replace("<int:number>", "1").replace("<slug>", "june-retreat"))
        for rule in demo_house.url_map.iter_rules()
        if rule.rule.startswith("/demo")
        for method in ("GET", "POST")
    }

    answers = {(method, path): client.open(path, method=method).status_code for method, path in asked}

    assert len(asked) >= 20
    assert set(answers.values()) == {404}
    assert "/demo/" not in client.get("/").text


def test_where_the_clock_jumps_no_browser_shows_what_was_true_a_minute_ago(visitor, client) -> None:
    assert visitor.get("/how-we-listen/").headers["Cache-Control"] == "public, max-age=0"
    assert client.get("/how-we-listen/").headers["Cache-Control"] == "public, max-age=60"
