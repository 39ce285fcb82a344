"""Nobody books while a gathering has no care contact who is there and does not lead it; and what one accepted stays readable."""

from __future__ import annotations

import re

from retreats.accounts import service as accounts
from retreats.accounts.models import Person
from retreats.booking.addresses import place_path, registration_path
from retreats.catalogue import service as catalogue
from retreats.catalogue.models import Gathering, PagePromise
from retreats.catalogue.service.changes import Promise
from retreats.catalogue.service.missing import PROMISE_PARTS
from retreats.db import db, writing
from tests.house import a_booking, a_gathering, a_person, both


def form(client) -> dict[str, str]:
    """The form as a browser has it, opened while one could book."""
    page = client.get("/gatherings/june-retreat/register").text
    values = {name: re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page)[1] for name in ("key", "ticket")}
    return {"party": "1", "name-0": "Ada", "email-0": "ada@example.org", **values}


def test_it_pauses_when_the_care_contact_is_gone_says_so_and_goes_on_when_there_is_one(
    client, deliver, post_office
) -> None:
    a_person("otto@example.org", role="organiser")
    june = a_gathering()
    filled = form(client)
    with writing() as session:
        accounts.disable(session.get_one(Person, june.care_contact_id))
    deliver()
    deliver()

    page = client.get("/gatherings/june-retreat/").text
    assert "Booking pauses" in page
    assert "Book a place" not in page
    answer = client.post("/gatherings/june-retreat/register", data=filled)
    assert answer.status_code == 409
    assert [each.to for each in post_office.letters if "Booking pauses" in each.subject] == ["otto@example.org"]
    db.session.remove()
    assert [each.code for each in catalogue.missing(db.session.get_one(Gathering, june.id))] == ["care"]

    with writing() as session:
        accounts.enable(session.get_one(Person, june.care_contact_id))
    deliver()

    assert "Book a place" in client.get("/gatherings/june-retreat/").text
    assert client.post("/gatherings/june-retreat/register", data=filled).status_code == 303


def test_the_promise_that_was_accepted_stands_beside_the_one_of_today(client) -> None:
    june = a_gathering()
    booked = a_booking(june, "ada@example.org")
    assert "It is the one that stands there now." in client.get(registration_path(booked)).text
    with writing() as session:
        newest = session.query(PagePromise).filter_by(gathering_id=june.id).one()
        parts = {part: dict(getattr(newest, part)) for part in PROMISE_PARTS} | {"may_be_hard": both("Nights are cold")}
        catalogue.edit(june.id, Promise(parts=parts), still=lambda _gathering: True)

    for path in (registration_path(booked), place_path(booked.places[0])):
        page = client.get(path).text
        assert "as it stood when you booked; version 2 stands there now" in page
        assert "may be hard" in page
        assert "Nights are cold" in page
        assert page.count("Now there stands:") == 1
