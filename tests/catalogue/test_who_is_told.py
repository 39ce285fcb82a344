"""Before a change reaches people who booked, the organiser is told whom; afterwards they are, once, of what is different."""

from __future__ import annotations

import re

import pytest
from icalendar import Calendar
from sqlalchemy import select

from retreats.booking.models import Place, Registration
from retreats.booking.service import tell_promise
from retreats.catalogue.models import Gathering
from retreats.db import db, writing
from retreats.events import GatheringChanged
from retreats.outbox.models import Event
from tests.booking.test_moves import invites_to
from tests.catalogue.organise import fields, otto, send
from tests.house import a_booking, a_gathering, places

pytestmark = pytest.mark.slow

LATER = {"starts": "2027-06-12T18:00", "ends": "2027-06-14T14:00"}


def the_gathering() -> Gathering:
    db.session.remove()
    return db.session.scalars(select(Gathering)).one()


def said(answer) -> str:
    """What the page says, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2].partition("</main")[0]))


def changed_events() -> int:
    return db.session.query(Event).filter_by(name="GatheringChanged").count()


def test_of_a_new_time_the_page_says_who_is_told_and_saves_nothing_yet(client, post_office, deliver):
    otto(client)
    a_booking(a_gathering(), "ada@example.org", "bo@example.org")
    deliver()
    before = the_gathering().starts_at

    page = send(client, "june-retreat", "when", **LATER)

    assert page.status_code == 200
    assert "2 people who booked get a letter, and the entry in their calendar moves." in said(page)
    assert "keeps their place and the price that was agreed" in said(page)
    assert "Sat 12 Jun, 18:00" in said(page)
    assert (the_gathering().starts_at, changed_events()) == (before, 0)

    kept = fields(page.text)
    assert client.post("/organise/gatherings/june-retreat/edit/when", data=kept | {"sure": "yes"}).status_code == 303
    deliver()
    assert the_gathering().starts_wall == "2027-06-12T18:00"
    assert sorted(letter.to for letter in post_office.letters if "New time" in letter.subject) == [
        "ada@example.org", "bo@example.org"]  # fmt: skip


def test_back_to_the_form_keeps_what_was_typed(client):
    otto(client)
    a_booking(a_gathering(), "ada@example.org")
    page = send(client, "june-retreat", "when", **LATER)

    form = client.post("/organise/gatherings/june-retreat/edit/when", data=fields(page.text) | {"again": "yes"})

    assert fields(form.text)["starts"] == ["2027-06-12T18:00"]
    assert changed_events() == 0


def test_words_and_whatever_nobody_booked_on_are_saved_at_once(client):
    otto(client)
    gathering = a_gathering()
    assert send(client, "june-retreat", "when", **LATER).status_code == 303
    a_booking(gathering, "ada@example.org")

    assert send(client, "june-retreat", "words", summary_en="Four quiet days").status_code == 303


def test_of_price_and_places_nobody_is_told_and_fewer_than_taken_is_refused(client, post_office, deliver):
    otto(client)
    gathering = a_gathering(price=480_00)
    registration = a_booking(gathering, "ada@example.org", "bo@example.org")
    deliver()
    letters = len(post_office.letters)

    page = send(client, "june-retreat", "places", t0__price="520", capacity="2", r0__days="60")
    assert "Of the price nobody is told" in said(page)
    assert "Of the number of places nobody is told. Nobody loses theirs." in said(page)
    assert "Of what is given back nobody is told" in said(page)
    refused = send(client, "june-retreat", "places", capacity="1", sure="yes")
    assert refused.status_code == 422
    assert "2 places are taken: it cannot be fewer." in refused.text
    send(client, "june-retreat", "places", t0__price="520", capacity="2", r0__days="60", sure="yes")
    deliver()

    assert (the_gathering().capacity, the_gathering().ticket_types[0].price_minor) == (2, 520_00)
    assert db.session.get_one(Registration, registration.id).agreed_minor == 960_00
    assert [place.state for place in places(gathering)] == ["held", "held"]
    assert len(post_office.letters) == letters
    assert "/gatherings/june-retreat/wait" in client.get("/gatherings/june-retreat/").text


def test_a_changed_promise_is_told_to_whoever_booked_under_the_older_one(client, post_office, deliver):
    otto(client)
    gathering = a_gathering()
    a_booking(gathering, "ada@example.org", "bo@example.org")
    a_booking(gathering, "caio@example.org", language="pt")
    deliver()

    page = send(client, "june-retreat", "promise", may_be_hard_en="Two walks a day")
    assert "3 people who booked get a letter with what is different in the promise." in said(page)
    assert "keeps their place" in said(page)
    send(client, "june-retreat", "promise", may_be_hard_en="Two walks a day", sure="yes")
    a_booking(gathering, "dora@example.org")
    deliver()
    with writing():
        tell_promise(GatheringChanged(gathering_id=gathering.id, part="promise", promise_version=2))
    deliver()

    told = {letter.to: letter for letter in post_office.letters if letter.subject.startswith("What we promise")}
    assert sorted(told) == ["ada@example.org", "bo@example.org"]  # in Portuguese nothing is different for Caio
    lines = told["bo@example.org"].text.splitlines()
    assert [line for line in lines if "may be hard" in line.lower() or ": " in line][:3] == [
        "What may be hard", "Before: may be hard", "From now on: Two walks a day"]  # fmt: skip
    assert "Touch and consent" not in lines
    assert [place.sequence for place in places(gathering)] == [0, 0, 0, 0]


def test_moved_five_times_is_one_entry_whose_sequence_rises_each_time(client, post_office, deliver):
    otto(client)
    a_booking(a_gathering(), "ada@example.org")
    deliver()
    for day in range(13, 18):
        answer = send(client, "june-retreat", "when", starts=f"2027-06-{day}T18:00", ends=f"2027-06-{day + 2}T14:00",
                      sure="yes")  # fmt: skip
        assert answer.status_code == 303
        deliver()

    entries = [Calendar.from_ical(each).walk("VEVENT")[0] for each in invites_to(post_office, "ada@example.org")]

    assert len({str(each["UID"]) for each in entries}) == 1
    assert [int(each["SEQUENCE"]) for each in entries] == [0, 1, 2, 3, 4, 5]
    assert db.session.scalars(select(Place.sequence)).all() == [5]
