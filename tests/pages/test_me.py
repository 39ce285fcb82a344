"""One's own page, letters and calendar."""

from __future__ import annotations

from datetime import timedelta

import icalendar
import pytest

from retreats import clock
from retreats.accounts import service as accounts
from retreats.accounts.models import Person
from retreats.booking import service as booking
from retreats.catalogue.models import Gathering, Session
from retreats.db import db, new_id, writing
from retreats.mail.models import Letter
from retreats.outbox.deliver import run_due
from retreats.outbox.models import Event
from retreats.pages import own_feed
from tests.house import a_booking, a_gathering, a_person, both, sign_in


def ada_at(client) -> Person:
    ada = a_person("ada@example.org")
    sign_in(client, ada)
    return ada


def feed_of(client, person: Person, **headers):
    return client.get(f"/me/calendar/{own_feed.token_of(db.session.get_one(Person, person.id))}.ics", headers=headers)


def entries(answer) -> list:
    return icalendar.Calendar.from_ical(answer.data).walk("VEVENT")


def called(gathering: Gathering, title: str) -> Gathering:
    with writing() as session:
        session.get_one(Gathering, gathering.id).title = both(title)
    return gathering


def test_ada_sees_her_bookings_and_what_to_do_next(client):
    ada_at(client)
    held = a_booking(a_gathering(price=480_00), "ada@example.org")
    a_booking(called(a_gathering(slug="july-circle"), "July circle"), "ada@example.org")
    a_booking(called(a_gathering(slug="elsewhere"), "Elsewhere"), "bo@example.org")

    page = client.get("/me/").text

    assert "Pay 480 €" in page
    assert f"/pay/{held.reference}?key=" in page
    assert "July circle" in page
    assert "Elsewhere" not in page


def test_carl_sees_the_place_that_ada_booked_for_him_with_his_own_link(client):
    sign_in(client, a_person("carl@example.org"))
    booked = a_booking(a_gathering(), "ada@example.org", "carl@example.org")

    page = client.get("/me/").text

    assert f"/places/{booked.places[1].reference}?key=" in page
    assert booked.reference not in page


def test_ada_reads_her_letters_again_and_nobody_elses(client, another_client):
    ada_at(client)
    sign_in(another_client, a_person("bo@example.org"))
    a_booking(a_gathering(), "ada@example.org")
    run_due("house")
    letter = db.session.query(Letter).first()

    listed = client.get("/me/letters/").text
    mine, theirs = client.get(f"/me/letters/{letter.id}"), another_client.get(f"/me/letters/{letter.id}")

    assert f"/me/letters/{letter.id}" in listed
    assert mine.status_code == 200
    assert "Ada" in mine.text
    assert theirs.status_code == 404


def test_the_links_to_reflections_are_only_sent(client):
    ada = ada_at(client)

    asked = client.post("/me/reflections")

    assert asked.location == "/me/?asked=reflections"
    assert [each.payload for each in db.session.query(Event).filter_by(name="ReflectionLinkAsked")] == [
        {"person_id": ada.id}
    ]


def test_ada_chooses_the_language_of_her_letters(client):
    ada = ada_at(client)

    client.post("/me/language", data={"language": "pt"})
    client.post("/me/language", data={"language": "xx"})

    assert db.session.get_one(Person, ada.id).language == "pt"


def test_the_feed_has_her_places_with_their_programme_and_nobody_else(client, another_client):
    ada = ada_at(client)
    gathering = a_gathering()
    with writing() as session:
        session.add(Session(id=new_id(), gathering_id=gathering.id, title=both("Supper"), starts_at=gathering.starts_at,
                            ends_at=gathering.starts_at + timedelta(hours=1)))  # fmt: skip
    booked = a_booking(gathering, "ada@example.org", "carl@example.org")
    a_booking(a_gathering(slug="elsewhere"), "bo@example.org")

    answer = feed_of(another_client, ada)

    found = entries(answer)
    assert [str(each["SUMMARY"]) for each in found] == ["June retreat", "Supper"]
    assert len({str(each["UID"]) for each in found}) == 2
    assert str(found[0]["UID"]) == booked.places[0].uid
    assert b"carl" not in answer.data.lower()
    assert b"ATTENDEE" not in answer.data
    assert b"key=" not in answer.data
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, max-age=900"
    assert "Set-Cookie" not in answer.headers


def test_the_feed_is_not_sent_twice_to_whoever_has_it(client):
    ada = ada_at(client)
    a_booking(a_gathering(), "ada@example.org")
    first = feed_of(client, ada)
    clock.move_to(clock.now() + timedelta(hours=3))

    again = feed_of(client, ada, **{"If-None-Match": first.headers["ETag"]})
    since = feed_of(client, ada, **{"If-Modified-Since": first.headers["Last-Modified"]})

    assert (again.status_code, since.status_code) == (304, 304)
    assert feed_of(client, ada).data == first.data


def test_a_cancelled_place_stays_in_the_feed_for_thirty_days_and_says_so(client):
    ada = ada_at(client)
    booked = a_booking(a_gathering(starts_at=clock.now() + timedelta(days=100)), "ada@example.org")
    with writing():
        booking.cancel_places(booked.id, {booked.places[0].id})

    soon = entries(feed_of(client, ada))
    clock.move_to(clock.now() + timedelta(days=31))
    later = entries(feed_of(client, ada))

    assert [(str(each["SUMMARY"]), str(each["STATUS"]), str(each["TRANSP"])) for each in soon] == [
        ("Cancelled: June retreat", "CANCELLED", "TRANSPARENT")
    ]
    assert later == []


def test_the_feed_looks_ninety_days_back_and_eighteen_months_ahead(client):
    ada = ada_at(client)
    booked = a_booking(a_gathering(), "ada@example.org")
    shown = []
    for days in (-400, -89, -100, 500, 600):
        with writing() as session:
            gathering = session.get_one(Gathering, booked.gathering_id)
            gathering.starts_at = clock.now() + timedelta(days=days)
            gathering.ends_at = gathering.starts_at + timedelta(hours=2)
        shown.append(len(entries(feed_of(client, ada))))

    assert shown == [0, 1, 0, 1, 0]


def test_an_empty_feed_is_a_calendar(client):
    answer = feed_of(client, ada_at(client))

    assert (answer.status_code, entries(answer)) == (200, [])


def test_a_renewed_address_closes_the_old_one(client):
    ada = ada_at(client)
    old = own_feed.token_of(ada)

    client.post("/me/calendar/renew")

    assert client.get(f"/me/calendar/{old}.ics").status_code == 404
    assert feed_of(client, ada).status_code == 200


@pytest.mark.parametrize("token", ["x", "a" * 32, "1" + "a" * 32, "g" * 40, "%00" * 40, "1" * 5000])
def test_an_address_that_was_never_made_is_not_there(client, token):
    assert client.get(f"/me/calendar/{token}.ics").status_code == 404


def test_the_calendar_of_somebody_disabled_is_closed(client):
    ada = ada_at(client)
    with writing() as session:
        accounts.disable(session.get_one(Person, ada.id))

    assert feed_of(client, ada).status_code == 404


def test_my_page_costs_the_same_with_one_booking_and_with_thirty(client, statements):
    ada_at(client)
    gatherings = [a_gathering(slug=f"g{number}") for number in range(30)]
    a_booking(gatherings[0], "ada@example.org")
    with statements() as few:
        client.get("/me/")
    for gathering in gatherings[1:]:
        a_booking(gathering, "ada@example.org")

    with statements() as many:
        client.get("/me/")

    assert len(many) == len(few)
