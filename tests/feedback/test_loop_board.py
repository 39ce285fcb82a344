"""The loop as organisers see it: counts, lateness, promises, missing sides; never a text, never who answered."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from retreats import clock
from retreats.catalogue.models import Facilitator, Gathering
from retreats.db import db
from retreats.feedback.models import Decision
from retreats.feedback.timeline import later
from tests.conftest import browser_of
from tests.feedback import loop
from tests.feedback.heard import Saying, heard
from tests.house import a_facilitator, a_person, sign_in
from tests.remembering import remembered

pytestmark = pytest.mark.slow


@pytest.fixture
def june(client, another_client, deliver) -> Gathering:
    """A gathering that six of eight spoke of; Mira opened what they said and answered nobody."""

    def happens() -> None:
        mira = a_facilitator()
        gathering = loop.a_group(8, facilitator=mira)
        loop.leads(another_client, mira)
        loop.after_the_end(gathering, deliver)
        loop.everybody_says(client, gathering, *loop.NAMES[:6])
        loop.after_the_end(gathering, deliver, hours=72)
        another_client.post("/facilitate/june-retreat/after/open")

    remembered("six of eight spoke, and nobody was answered", happens)
    loop.leads(another_client, db.session.scalars(select(Facilitator)).one())
    return db.session.scalars(select(Gathering)).one()


@pytest.fixture
def mira(june: Gathering) -> Facilitator:
    """Who led it."""
    return db.session.scalars(select(Facilitator)).one()


@pytest.fixture
def organiser(app: Flask) -> FlaskClient:
    """Otto's browser."""
    client = browser_of(app)
    sign_in(client, a_person("otto@example.org", role="organiser"))
    return client


def cells(page: str) -> dict[str, str]:
    """The first row of the table, by its heads."""
    row = page.partition("<tbody")[2].partition("</tr>")[0]
    found = re.findall(r'data-label="([^"]+)"[^>]*>(.*?)</td>', row, re.DOTALL)
    return {head: re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", cell)).strip() for head, cell in found}


def test_before_anything_it_says_what_it_will_show(organiser) -> None:
    page = organiser.get("/organise/loop").text

    assert "No loop has begun yet" in page
    assert "No promise is open." in page


def test_each_stage_is_a_count_and_a_word_and_nothing_of_what_was_said(june, organiser, deliver) -> None:
    page = organiser.get("/organise/loop").text
    assert cells(page) == {
        "Needs": "none asked for",
        "Check-in": "not asked yet",
        "Said how it was": "being asked",
        "First replies": "6 due",
        "Decided": "0 of 6",
        "Changes": "none promised",
        "Own look back": "not yet",
        "Follow-ups": "not asked yet",
        "Care": "none open",
    }

    loop.after_the_end(june, deliver, days=11)
    page = organiser.get("/organise/loop").text
    found = cells(page)
    assert found["Said how it was"] == "6 of 8"
    assert found["First replies"] == "6 due 6 late"
    assert found["Own look back"] == "0 of 1 looked back one side is missing"
    for name in loop.NAMES[:6]:
        assert f"{name} would change" not in page


def test_thanks_and_what_was_only_told_wait_for_two_weeks_and_who_wants_a_reply_for_one(organiser) -> None:
    heard(8, [
        Saying("ada", "C7", "The bread"), Saying("bo", "C9", "I slept well", kind="sharing"),
        Saying("eva", "C7", "The fire", may="reply"),
    ], facilitator=a_facilitator(), scales={"C1": "4444453"}, read=False)  # fmt: skip
    released, found = clock.now(), []

    for days in (0, 7, 14):
        clock.move_to(later(released, "Europe/Lisbon", days=days) + timedelta(seconds=1))
        found.append(cells(organiser.get("/organise/loop").text)["First replies"])

    assert found == ["1 due", "1 due 1 late", "1 due 1 late 2 not heard for two weeks"]


def test_what_is_late_stands_first(june, mira, organiser, deliver) -> None:
    loop.after_the_end(june, deliver, days=11)
    loop.a_group(2, slug="july-retreat", facilitator=mira, starts_at=clock.now() + timedelta(days=10))

    page = organiser.get("/organise/loop").text

    assert page.index("/gatherings/june-retreat/") < page.index("/gatherings/july-retreat/")
    assert page.count("Ask those who led it") == 1


def test_those_who_led_are_asked_once_a_day_and_only_for_what_is_late(june, organiser, deliver, sent) -> None:
    early = organiser.post("/organise/loop/june-retreat/nudge")
    assert early.location == "/organise/loop?said=nothing"

    loop.after_the_end(june, deliver, days=11)
    sent.clear()
    for _ in range(2):
        asked = organiser.post("/organise/loop/june-retreat/nudge")
        assert asked.location == "/organise/loop?said=asked"
    deliver()

    [(address, text)] = loop.letters(sent, "Still owed")
    assert address == "mira@example.org"
    assert "6 people wait for a first reply" in text
    assert "would change the evenings" not in text

    clock.move_to(clock.now() + timedelta(days=1))
    organiser.post("/organise/loop/june-retreat/nudge")
    deliver()
    assert len(loop.letters(sent, "Still owed")) == 2


def test_a_promise_is_put_off_to_a_later_day_and_to_no_other(june, organiser, another_client) -> None:
    point = loop.points(june)[0]
    due = clock.now() + timedelta(days=30)
    decided = another_client.post(
        f"/facilitate/june-retreat/points/{point.id}/decide",
        data={
            "kind": "will_change",
            "about_en": "Longer breaks",
            "due": f"{due:%Y-%m-%d}",
            "reason_en": "We plan it",
        },
    )
    assert decided.status_code == 303, decided.text
    promise = db.session.query(Decision).one()
    path, was = f"/organise/loop/promises/{promise.id}/later", promise.due_at
    assert was is not None
    assert "Longer breaks" in organiser.get("/organise/loop").text

    for wrong in ("", "soon", f"{clock.now():%Y-%m-%d}", f"{was:%Y-%m-%d}", "9999-99-99"):
        answer = organiser.post(path, data={"until": wrong})
        assert answer.status_code == 422
        assert "Choose a day that is still to come" in answer.text
    assert organiser.post(path, data={"until": f"{was + timedelta(days=14):%Y-%m-%d}"}).status_code == 303

    db.session.remove()
    assert (db.session.query(Decision).one().due_at - was).days == 14
    assert organiser.post("/organise/loop/promises/1/later", data={"until": "2030-01-01"}).status_code == 404


def test_it_takes_as_many_statements_for_one_gathering_as_for_nine(june, organiser, statements, mira) -> None:
    counted = []
    for number in range(9):
        loop.a_group(1, slug=f"july-{number}", facilitator=mira, starts_at=clock.now() + timedelta(days=10))
        if number in {0, 8}:
            db.session.remove()
            with statements() as seen:
                assert organiser.get("/organise/loop").status_code == 200
            counted.append(len(seen))

    assert counted[0] == counted[1]
