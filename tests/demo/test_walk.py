"""The walk on `/demo/`: whoever takes its steps, one after the other, closes the loop, and need not wait for anything."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from retreats import clock
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.demo.content import said
from retreats.feedback import own_link, queries, timeline
from retreats.feedback.models import Decision, Point
from retreats.outbox.worker import run_everything
from tests.conftest import browser_of
from tests.demo.conftest import begun
from tests.feedback import loop
from tests.remembering import remembered

pytestmark = pytest.mark.slow

HEARD, FOLLOWING = "body-and-word-breath", "body-and-word-voice"
WORDS = "The second part was too long for me"


@pytest.fixture
def visitor(demo_house: Flask) -> FlaskClient:
    """Somebody who has just begun."""
    remembered("the demonstration, and what follows from it", _begun)
    return browser_of(demo_house)


def _begun() -> None:
    begun()
    run_everything()


def press(visitor: FlaskClient, path: str, **fields: str) -> None:
    """Press a button: the house does it and leads on."""
    answer = visitor.post(path, data=fields)
    assert answer.status_code == 303, answer.text


def adas_link() -> str:
    return own_link.token_of(
        place_at(db.session.scalars(select(Gathering).where(Gathering.slug == HEARD)).one(), "ada")
    )


def place_at(gathering: Gathering, who: str) -> Place:
    wanted = select(Place).where(Place.gathering_id == gathering.id, Place.email == f"{who}@example.org")
    return db.session.scalars(wanted.where(Place.state == "confirmed")).one()


def test_the_walk_closes_the_loop_at_once(visitor: FlaskClient) -> None:
    before = queries.figures()
    ada = adas_link()

    # Ada speaks, six others too, and three days pass.
    assert loop.say(visitor, ada, C8=WORDS, C8_also="reply").status_code == 303
    press(visitor, f"/demo/gatherings/{HEARD}/answer", count="6")
    press(visitor, "/demo/clock", advance="3d", back="walk")

    # Mira looks back, reads, replies, decides, and makes the change.
    press(visitor, "/demo/sign-in", email="mira@example.org")
    press(visitor, f"/facilitate/{HEARD}/reflection")
    press(visitor, f"/facilitate/{HEARD}/after/open")
    db.session.remove()
    point = next(each for each in db.session.scalars(select(Point)) if each.text == WORDS)
    at = f"/facilitate/{HEARD}/points/{point.id}"
    press(visitor, f"{at}/reply", reply="I hear it.")
    press(visitor, f"{at}/decide", kind="will_change", about_en="The second part was long", due="2027-05-01")
    decision = db.session.scalars(select(Decision.id).where(Decision.point_id == point.id)).one()
    press(visitor, f"/facilitate/{HEARD}/decisions/{decision}/made", made="2027-03-17", what_en="A chair for everybody")

    # Otto enters the one thing that is missing, and publishes.
    press(visitor, "/demo/sign-in", email="otto@example.org")
    form = visitor.get(f"/organise/gatherings/{FOLLOWING}/edit/people").text
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    leaders = re.findall(r'name="leaders"[^>]*value="(\d+)"[^>]*checked', form)
    people = {"leaders": leaders, "care_name": "Celeste Amorim", "care_email": "celeste@example.org"}
    assert visitor.post(f"/organise/gatherings/{FOLLOWING}/edit/people", data=kept | people).status_code == 303
    press(visitor, f"/organise/gatherings/{FOLLOWING}/publish")
    press(visitor, "/demo/clock", advance="30m", back="walk")
    changed = visitor.get(f"/gatherings/{FOLLOWING}/").text

    # Ada is asked whether it meets her point, and a day later her answer counts.
    asked = visitor.get(f"/reflect/{ada}").text
    assert loop.post(visitor, ada, "/words/C8/verdict", met="partly").status_code == 303
    press(visitor, "/demo/clock", advance="1d", back="walk")

    # In part only: Mira looks again and makes it once more, and Ada is asked once more.
    press(visitor, "/demo/sign-in", email="mira@example.org")
    again = visitor.get(at).text
    press(
        visitor, f"/facilitate/{HEARD}/decisions/{decision}/made", made="2027-03-18", what_en="Two chairs for everybody"
    )
    press(visitor, "/demo/clock", advance="30m", back="walk")
    asked_again = visitor.get(f"/reflect/{ada}").text
    assert loop.post(visitor, ada, "/words/C8/verdict", met="met").status_code == 303
    press(visitor, "/demo/clock", advance="1d", back="walk")
    db.session.remove()
    after = queries.figures()

    assert len(leaders) == 2
    assert "A chair for everybody" in changed
    assert "Does this meet your point?" in asked
    assert "Make it once more" in again
    assert "Does this meet your point?" in asked_again
    assert "Two chairs for everybody" in asked_again
    assert after.gatherings == before.gatherings + 1
    assert after.verdicts["met"] == before.verdicts["met"] + 1
    assert {key: after.changes[key] - before.changes[key] for key in before.changes} == dict.fromkeys(before.changes, 1)


def test_a_note_is_its_authors_alone_and_a_form_that_is_let_rest_says_so_until_it_goes_on(visitor: FlaskClient) -> None:
    [kept] = said("loop")["notes"]
    weekend = db.session.scalars(select(Gathering).where(Gathering.slug == said("loop")["gathering"])).one()
    hers = own_link.token_of(place_at(weekend, kept["who"]))
    page = visitor.get(f"/reflect/{hers}").text
    came_for = page[page.index('id="came-for"') :].split("</section>")[0]
    press(visitor, f"/reflect/{hers}/note", note="Rivers", proof=own_link.proof(hers))
    press(visitor, "/demo/sign-in", email="mira@example.org")
    staff = [visitor.get(f"/facilitate/{weekend.slug}/{each}").text for each in ("", "after", "needs")]
    ada = adas_link()
    waits = visitor.get(f"/reflect/{ada}").text

    press(visitor, "/demo/sign-in", email="otto@example.org")
    press(visitor, f"/organise/loop/{HEARD}/form/rest")
    rests, board = visitor.get(f"/reflect/{ada}").text, visitor.get("/organise/loop").text
    refused = loop.say(visitor, ada, C8=WORDS).status_code
    press(visitor, "/demo/clock", advance="3d", back="besides")
    resting = loop.window(db.session.scalars(select(Gathering).where(Gathering.slug == HEARD)).one()).state
    press(visitor, f"/organise/loop/{HEARD}/form/go-on")

    assert all(words in came_for for words in (kept["came_for"], kept["text"], "Change my note"))
    assert not any("Rivers" in each or kept["text"] in each for each in staff)
    assert "Rivers" in visitor.get(f"/reflect/{hers}").text
    assert "Here you can note something for yourself alone, but not while" in waits
    assert ("This form rests" in rests, "resting" in board, refused, resting) == (True, True, 409, "collecting")
    assert loop.say(visitor, ada, C8=WORDS).status_code == 303


def test_every_button_of_the_sitting_leads_somewhere(visitor: FlaskClient) -> None:
    page = visitor.get("/demo/").text
    sitting = page[page.index('id="besides"') : page.index('id="people"')]

    links = re.findall(r'href="([^"]+)"', sitting)
    people = set(re.findall(r'name="email" value="([^"]+)"', sitting))

    assert {visitor.get(link).status_code for link in links} == {200}
    assert {visitor.post("/demo/sign-in", data={"email": email}).status_code for email in people} == {303}
    assert len(links) >= 5
    assert {email.partition("@")[0] for email in people} == {"mira", "tomas", "celeste", "otto", "priya"}


def test_the_sitting_leads_to_the_middle_of_a_weekend_and_to_the_evening_of_that_day(visitor: FlaskClient) -> None:
    coming = db.session.scalars(select(Gathering).where(Gathering.slug == "slow-weekend-beginning-again")).one()
    opens, closes = timeline.check_in_times(coming) or ()

    [to_the_middle] = re.findall(r'name="advance" value="(\d{4,})m"', visitor.get("/demo/").text)
    clock.move_to(clock.now() + timedelta(minutes=int(to_the_middle)))
    page = visitor.get("/demo/?answered=5&at=besides").text
    [to_the_evening] = re.findall(r'name="advance" value="(\d{3})m"', page)

    assert opens <= clock.now() < opens + timedelta(minutes=1)
    assert closes <= clock.now() + timedelta(minutes=int(to_the_evening)) < closes + timedelta(minutes=1)
    assert "5 people have answered just now." in page[page.index('id="besides"') :]
    assert f"/demo/gatherings/{coming.slug}/answer" in page


def test_the_page_of_the_walk_stands_only_where_there_is_something_to_walk(demo_house: Flask) -> None:
    answer = browser_of(demo_house).get("/demo/")

    assert answer.status_code == 200
    assert 'id="walk"' not in answer.text
    assert 'id="people"' in answer.text


@pytest.mark.parametrize(("language", "who"), [("en", "ada"), ("pt", "marta")])
def test_whoever_walks_reads_letters_in_their_own_language(visitor: FlaskClient, language: str, who: str) -> None:
    page = visitor.get(f"/demo/?lang={language}&answered=1").text
    walk = page[page.index('id="walk"') : page.index('id="besides"')]

    assert f'href="/demo/mailbox?to={who}@example.org"' in walk
    assert {"en": "1 person has answered just now.", "pt": "Acaba de responder 1 pessoa."}[language] in walk


def test_where_the_workshop_is_long_over_the_walk_says_how_to_begin(visitor: FlaskClient) -> None:
    assert "begin again to walk" not in visitor.get("/demo/").text

    press(visitor, "/demo/clock", advance="2w")

    assert "begin again to walk" in visitor.get("/demo/").text
