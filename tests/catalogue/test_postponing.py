"""A gathering waits for a new date: nobody loses a place, nobody is left in the dark, and nothing happens on the old day."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from retreats import clock
from retreats.booking.addresses import registration_path
from retreats.booking.models import LedgerEntry, Registration
from retreats.booking.service import confirm
from retreats.catalogue import service as catalogue
from retreats.catalogue.models import Gathering
from retreats.db import db, new_id, writing
from retreats.outbox.models import Event
from retreats.pages.own_feed import address as own_feed
from tests.booking.test_moves import invites_to
from tests.catalogue.organise import otto, send
from tests.house import a_booking, a_gathering, places

pytestmark = pytest.mark.slow

WHY = {"because_en": "The house has no water.", "because_pt": "A casa está sem água."}


def the_gathering() -> Gathering:
    db.session.remove()
    return db.session.scalars(select(Gathering)).one()


def postpone(client):
    return client.post("/organise/gatherings/june-retreat/postpone", data=WHY)


def entry(octets: bytes):
    [found] = Calendar.from_ical(octets).walk("VEVENT")
    return str(found["SUMMARY"]), str(found["STATUS"]), str(found["TRANSP"]), int(found["SEQUENCE"])


def test_everybody_with_a_place_is_told_once_and_keeps_it(client, post_office, deliver):
    otto(client)
    gathering = a_gathering()
    registration = a_booking(gathering, "ada@example.org", "bo@example.org")
    deliver()

    for _tab in range(2):
        assert postpone(client).status_code == 303
    deliver()

    told = [letter for letter in post_office.letters if letter.subject.startswith("Postponed")]
    assert sorted(letter.to for letter in told) == ["ada@example.org", "bo@example.org"]
    assert "The house has no water." in told[0].text
    first, second = invites_to(post_office, "bo@example.org")
    assert entry(first) == ("June retreat", "CONFIRMED", "OPAQUE", 0)
    assert entry(second) == ("Postponed: June retreat", "TENTATIVE", "TRANSPARENT", 1)
    assert [place.state for place in places(gathering)] == ["confirmed", "confirmed"]
    assert "Postponed: the new date is not set yet" in client.get(registration_path(registration)).text
    assert db.session.scalar(select(Event.name).where(Event.name == "GatheringPostponed")) == "GatheringPostponed"


def test_the_page_the_lists_and_the_calendars_say_so_and_nobody_can_book(client):
    otto(client)
    gathering = a_gathering(price=1000)
    postpone(client)

    page = client.get("/gatherings/june-retreat/").text
    assert "This gathering is postponed" in page
    assert "The house has no water." in page
    assert "EventPostponed" in page
    assert "Book a place" not in page
    assert "Postponed" in client.get("/gatherings/").text.partition("<main")[2]
    assert "<title>Postponed: June retreat</title>" in client.get("/gatherings.atom").text
    [banner] = Calendar.from_ical(client.get("/gatherings.ics").data).walk("VEVENT")
    assert entry(banner.to_ical())[:3] == ("Postponed: June retreat", "TENTATIVE", "TRANSPARENT")
    assert int(banner["SEQUENCE"]) == 1
    with writing(), pytest.raises(catalogue.GatheringFull):
        catalogue.take(gathering.id, gathering.ticket_types[0].id, 1, now=clock.now())
    with pytest.raises(catalogue.NotOpen):
        a_booking(gathering, "bo@example.org")


def test_on_the_old_day_nothing_happens_and_afterwards_it_is_still_in_the_list(client, deliver):
    otto(client)
    gathering = a_gathering()
    a_booking(gathering, "ada@example.org")
    postpone(client)

    clock.move_to(clock.now() + timedelta(days=75))
    deliver()

    assert the_gathering().state == "published"
    assert db.session.scalar(select(Event.name).where(Event.name.in_(("GatheringStarted", "FeedbackOpened")))) is None
    assert "/gatherings/june-retreat/" in client.get("/gatherings/").text
    assert "This gathering is postponed" in client.get("/gatherings/june-retreat/").text


def test_whoever_would_rather_not_wait_gets_everything_back_even_on_the_old_day(client):
    otto(client)
    gathering = a_gathering(price=48_000)
    registration = a_booking(gathering, "ada@example.org")
    with writing() as session:
        session.add(LedgerEntry(id=new_id(), registration_id=registration.id, kind="captured", amount_minor=48_000,
                                currency="EUR", provider_ref="capture:1", entered_at=clock.now()))  # fmt: skip
        session.flush()
        confirm(registration.id)
    postpone(client)
    clock.move_to(clock.now() + timedelta(days=61))
    [place] = places(gathering)

    path = registration_path(registration)
    cancelling = path.replace("?", "/cancel?")
    assert "480 € of 480 € is paid back" in client.get(cancelling).text.replace("\xa0", " ")
    given = client.post(cancelling.partition("?")[0], data={"key": path.partition("key=")[2], "place": place.reference})

    assert given.status_code == 303
    db.session.remove()
    assert [(each.state, each.refund_minor) for each in places(gathering)] == [("cancelled", 48_000)]


def test_a_new_beginning_ends_it_and_calendars_follow(client, post_office, deliver):
    otto(client)
    gathering = a_gathering()
    a_booking(gathering, "ada@example.org")
    deliver()
    postpone(client)
    deliver()

    answer = send(client, "june-retreat", "when", starts="2027-09-10T18:00", ends="2027-09-12T14:00", sure="yes")
    deliver()

    assert answer.status_code == 303
    assert (the_gathering().standing, the_gathering().postponed_at) == ("published", None)
    assert [entry(each)[3] for each in invites_to(post_office, "ada@example.org")] == [0, 1, 2]
    assert entry(invites_to(post_office, "ada@example.org")[-1])[:2] == ("June retreat", "CONFIRMED")
    assert "Book a place" in client.get("/gatherings/june-retreat/").text


def test_it_takes_place_as_announced_after_all_unless_that_day_has_passed(client, post_office, deliver):
    otto(client)
    a_booking(a_gathering(), "ada@example.org")
    deliver()
    postpone(client)
    deliver()

    client.post("/organise/gatherings/june-retreat/as-announced")
    deliver()
    assert the_gathering().standing == "published"
    assert [entry(each)[3] for each in invites_to(post_office, "ada@example.org")] == [0, 1, 2]

    postpone(client)
    clock.move_to(clock.now() + timedelta(days=75))
    late = client.post("/organise/gatherings/june-retreat/as-announced")
    assert late.location.endswith("/edit/when")
    assert the_gathering().standing == "postponed"


def test_a_draft_and_what_has_begun_cannot_be_postponed_and_cancelling_wins(client):
    otto(client)
    a_gathering()

    without = client.post("/organise/gatherings/june-retreat/postpone")
    assert without.status_code == 422
    postpone(client)
    client.post("/organise/gatherings/june-retreat/cancel", data=WHY)
    assert (the_gathering().standing, the_gathering().postponed_at) == ("cancelled", None)
    assert postpone(client).status_code == 409
    assert "This gathering is cancelled" in client.get("/gatherings/june-retreat/").text


def test_a_form_opened_before_it_was_postponed_does_not_end_that_unseen(client):
    otto(client)
    a_gathering()
    address = "/organise/gatherings/june-retreat/edit/when"
    opened = client.get(address).text
    base = re.findall(r'name="base" value="([^"]+)"', opened)[0]
    postpone(client)

    answer = client.post(address, data={"base": base, "starts": "2027-09-10T18:00", "ends": "2027-09-12T14:00",
                                        "zone": "Europe/Lisbon", "mode": "in_person", "sure": "yes"})  # fmt: skip

    assert answer.status_code == 409
    assert the_gathering().standing == "postponed"


def test_her_own_calendar_says_postponed_too(client):
    otto(client)
    registration = a_booking(a_gathering(), "ada@example.org")
    postpone(client)
    ada = db.session.get_one(Registration, registration.id).booker

    [found] = Calendar.from_ical(client.get(own_feed(ada).partition("5999")[2]).data).walk("VEVENT")

    assert entry(found.to_ical())[:3] == ("Postponed: June retreat", "TENTATIVE", "TRANSPARENT")
