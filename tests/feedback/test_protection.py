"""Whoever is criticised is a person too: somebody reads first, not today, and what was written in haste comes back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Leader
from retreats.db import db, new_id, writing
from retreats.feedback.models import FirstReader, FirstReading, Message, Point, PointStep, Reading
from retreats.feedback.timeline import later
from tests.feedback import loop
from tests.feedback.heard import Saying, heard
from tests.house import a_facilitator, sign_in

pytestmark = pytest.mark.slow

AFTER = "/facilitate/june-retreat/after"
HARD = "The evenings were too long for me"


@pytest.fixture
def june(another_client):
    """Six answered: Eva would change something, and lets it be used in supervision. Mira and Rui lead, and have not read."""
    mira, rui = a_facilitator(), a_facilitator("rui@example.org")
    gathering = heard(7, [
        *(Saying(name, "C7", "The bread") for name in ("ada", "bo", "cara", "duarte")),
        Saying("filipe", "C8", "Fewer songs, please", named=True),
        Saying("eva", "C8", HARD, may="supervise"),
        Saying("eva", "C9", "May I come again?"),
    ], facilitator=mira, scales={"C1": "444444"}, read=False)  # fmt: skip
    with writing() as session:
        session.add(Leader(id=new_id(), gathering_id=gathering.id, facilitator_id=rui.id))
    loop.leads(another_client, mira)
    return gathering


def person(name: str) -> Person:
    db.session.remove()
    return db.session.query(Person).filter(Person.email.startswith(f"{name}@")).one()


def steps(words: str, gathering) -> set[str]:
    point = loop.point_saying(gathering, words)
    return {each.step for each in db.session.query(PointStep).filter_by(point_id=point.id)}


def test_a_supervisor_reads_first_what_was_allowed_and_adds_a_question(
    june, client, another_client, deliver, sent, app
):
    rita = {"who": "supervisor", "name": "Rita", "email": "rita@example.com"}
    for _press in range(2):
        assert another_client.post("/facilitate/june-retreat/read-first", data=rita).status_code == 303
    assert db.session.query(FirstReader).count() == 1
    deliver()
    assert [to for to, _text in loop.letters(sent, "Please read first")] == ["rita@example.com"]

    another_client.post(f"{AFTER}/open")
    page = another_client.get(AFTER).text
    assert "2 things that people would change are closed" in page
    assert "Rita reads them first" in page
    assert "The bread" in page
    assert HARD not in page
    assert "read" not in steps(HARD, june)
    assert "read" in steps("May I come", june)
    hard = loop.point_saying(june, HARD)
    assert another_client.get(f"/facilitate/june-retreat/points/{hard.id}").status_code == 404

    sign_in(client, person("rita"))
    first = f"/read-first/june-retreat/{person('mira').id}"
    desk = client.get(first).text
    assert HARD in desk
    assert "Fewer songs" not in desk
    songs = loop.point_saying(june, "Fewer songs")
    assert client.post(f"{first}/{songs.id}").status_code == 404
    for note in ("What did they need at nine?", "Something else"):
        assert client.post(f"{first}/{hard.id}", data={f"note-{hard.id}": note}).status_code == 303
    assert db.session.query(FirstReading).count() == 1

    another_client.post(f"{AFTER}/open")
    assert HARD in another_client.get(AFTER).text
    assert "Fewer songs" in another_client.get(AFTER).text
    assert "What did they need at nine?" in another_client.get(f"/facilitate/june-retreat/points/{hard.id}").text
    assert "read" in steps(HARD, june)
    loop.post(app.test_client(), loop.token(june, "eva"), "/words/C8/withdraw")
    assert db.session.query(FirstReading).count() == 0
    assert client.get("/facilitate/june-retreat/read-first").status_code == 404


def test_who_leads_too_reads_what_they_have_opened_and_nobody_waits_longer_than_two_days(
    june, client, another_client, deliver
):
    start = clock.now()
    another_client.post("/facilitate/june-retreat/read-first", data={"who": str(person("rui").id)})
    another_client.post(f"{AFTER}/open")
    sign_in(client, person("rui"))
    first = f"/read-first/june-retreat/{person('mira').id}"

    assert HARD not in client.get(first).text
    client.post(f"{AFTER}/open")
    assert HARD in client.get(first).text
    assert "Filipe" in client.get(first).text
    another_client.post(f"{AFTER}/open")
    assert HARD not in another_client.get(AFTER).text
    clock.move_to(start + timedelta(hours=48))
    another_client.post(f"{AFTER}/open")
    assert HARD in another_client.get(AFTER).text
    for who in ({"who": "nobody"}, {"who": "nobody"}):
        another_client.post("/facilitate/june-retreat/read-first", data=who)
    assert client.get(first).status_code == 404


@pytest.mark.parametrize(
    ("sent_", "sentence"),
    [
        ({}, "Choose who is to read first."),
        ({"who": "supervisor", "name": "Rita", "email": "rita"}, "Write an address as in"),
        ({"who": "supervisor", "name": "Ada", "email": "ada@example.org"}, "a supervisor who was not there"),
        ({"who": "supervisor", "name": "Mira", "email": "mira@example.org"}, "a supervisor who was not there"),
        ({"who": "7"}, "Choose somebody who leads with you"),
    ],
)
def test_whoever_was_there_reads_nothing_first(june, another_client, sent_, sentence):
    answer = another_client.post("/facilitate/june-retreat/read-first", data=sent_)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.query(FirstReader).count() == 0


def test_not_today_leaves_the_hard_part_closed_for_two_days_while_the_clock_runs(june, another_client, deliver):
    start = clock.now()

    answers = [another_client.post(f"{AFTER}/not-today").status_code for _press in range(2)]

    page = another_client.get(AFTER).text
    assert answers == [303, 409]
    assert "The bread" in page
    assert HARD not in page
    assert "You wanted to leave them until" in page
    owed = re.search(r"A first reply is owed by ([^:]+):", page)[1]
    assert owed == "Saturday 27 March 2027", owed
    assert another_client.get("/facilitate/june-retreat/letter").status_code == 200
    clock.move_to(start + timedelta(hours=48))
    assert "They have waited for two days now." in another_client.get(AFTER).text
    another_client.post(f"{AFTER}/open")
    assert HARD in another_client.get(AFTER).text
    assert another_client.post(f"{AFTER}/not-today").status_code == 409
    assert db.session.query(Reading).filter_by(with_critical=False).count() == 0


def test_a_reply_can_be_taken_back_for_half_an_hour_and_until_then_nobody_sees_it(
    june, client, another_client, deliver
):
    another_client.post(f"{AFTER}/open")
    hard = loop.point_saying(june, HARD)
    at, eva = f"/facilitate/june-retreat/points/{hard.id}", loop.token(june, "eva")
    another_client.post(f"{at}/heard")
    another_client.post(f"{at}/reply", data={"reply": "How dare you"})
    [message] = db.session.query(Message).all()
    assert "How dare you" not in client.get(f"/reflect/{eva}").text
    assert "Take it back" in another_client.get(at).text

    back = another_client.post(f"{at}/replies/{message.id}/back")

    assert re.search(r"<textarea id=\"reply\"[^>]*>\nHow dare you</textarea>", back.text)
    assert another_client.post(f"{at}/replies/{message.id}/back").status_code == 404
    assert db.session.query(Message).count() == 0
    assert db.session.get_one(Point, hard.id).state == "acknowledged"
    assert "answered" not in steps(HARD, june)
    another_client.post(f"{at}/reply", data={"reply": "I hear you"})
    written = clock.now()
    clock.move_to(written + timedelta(minutes=30) - timedelta(seconds=1))
    assert "I hear you" not in client.get(f"/reflect/{eva}").text
    clock.move_to(written + timedelta(minutes=31))
    assert "I hear you" in client.get(f"/reflect/{eva}").text
    [message] = db.session.query(Message).all()
    assert another_client.post(f"{at}/replies/{message.id}/back").status_code == 409
    loop.leads(client, a_facilitator("nell@example.org"))
    assert client.post(f"{at}/replies/{message.id}/back").status_code == 404


def test_a_digest_speaks_of_a_reply_only_once_it_can_be_read(june, client, another_client, deliver, sent):
    another_client.post(f"{AFTER}/open")
    question, bread = loop.point_saying(june, "May I come"), loop.points(june)
    [thanks, *_more] = [each for each in bread if each.kind == "thanks"]
    another_client.post(f"/facilitate/june-retreat/points/{thanks.id}/heard")
    first = loop.window(june).digest_due_at
    clock.move_to(first - timedelta(minutes=10))
    another_client.post(f"/facilitate/june-retreat/points/{question.id}/reply", data={"reply": "Gladly"})

    clock.move_to(first)
    deliver()

    assert db.session.get_one(Point, question.id).state == "answered"
    again = loop.window(june).digest_due_at
    assert again == later(first, june.zone, days=7)
    clock.move_to(again)
    deliver()
    assert db.session.get_one(Point, question.id, populate_existing=True).state == "told"


def test_the_writing_help_asks_and_writes_nothing(june, another_client, deliver):
    another_client.post(f"{AFTER}/open")

    pages = [another_client.get(f"/facilitate/june-retreat/points/{each.id}").text for each in loop.points(june)]

    for page in pages:
        help_ = page.partition("Before you send it")[2].partition("</details>")[0]
        assert help_.count("?</li>") >= 3
        assert re.findall(r"<textarea id=\"reply\"[^>]*>\n([^<]*)</textarea>", page) == [""]
