"""The organiser's day."""

from __future__ import annotations

import re
from datetime import timedelta

from retreats import clock
from retreats.booking import service as booking
from retreats.catalogue import service as catalogue
from retreats.catalogue.models import Gathering
from retreats.db import new_id, writing
from retreats.payments.models import OpenItem
from tests.catalogue.organise import otto
from tests.house import a_booking, a_gathering, both


def test_an_empty_house_says_that_nothing_is_late_or_owed(client):
    otto(client)

    page = client.get("/organise/").text

    for words in ("Nothing.", "Nobody owes the house money just now.", "Nothing in the next three months"):
        assert words in page


def test_otto_sees_what_comes_what_is_owed_and_what_is_late(client):
    otto(client)
    gathering = a_gathering(price=480_00)
    booked = a_booking(gathering, "ada@example.org")
    with writing() as session:
        booking.join_waiting_list(gathering.id, name="Dora", email="dora@example.org", party=2, note="", language="en")
        session.add(
            OpenItem(id=new_id(), registration_id=booked.id, occasion="x", kind="dispute", raised_at=clock.now())
        )
        session.add(Gathering(id=new_id(), slug="soon", kind="circle", title=both("Soon"), state="draft",
                              starts_at=clock.now() + timedelta(days=9)))  # fmt: skip

    page = client.get("/organise/").text

    for words in ("June retreat", "1 of 8", "Ada", "480 €", "One thing about money waits for you", "is still a draft"):
        assert words in page


def test_each_thing_stands_under_late_or_due_with_its_day_and_one_link(client):
    otto(client)
    now = clock.now()
    a_gathering(slug="opens", booking_opens_at=now + timedelta(days=3), booking_closes_at=now + timedelta(days=50))
    for slug, days in (("waits", 40), ("waits-long", 20)):
        gathering = a_gathering(slug=slug, starts_at=now + timedelta(days=days))
        with writing():
            catalogue.postpone(gathering.id, because=both("No water"))
    with writing() as session:
        session.add(Gathering(id=new_id(), slug="far", kind="circle", title=both("Far"), state="draft",
                              starts_at=now + timedelta(days=80)))  # fmt: skip
    clock.move_to(now + timedelta(days=25))

    page = client.get("/organise/").text.partition("<main")[2]

    def links(title: str) -> list[str]:
        section = page.partition(f"<h2>{title}</h2>")[2].partition("</section>")[0]
        return re.findall(r'<a href="([^"]+)"', section)

    assert links("What is late") == ["/organise/gatherings/waits-long/edit/when"]
    assert links("What is due") == ["/organise/gatherings/waits/edit/when", "/organise/gatherings/opens/edit/when",
                                    "/organise/gatherings/far/"]  # fmt: skip
    assert links("What is coming") == ["/organise/gatherings/opens/registrations", "/gatherings/#subscribe"]
    assert page.count("waits for a new date") == 2


def test_a_lapsed_hold_is_owed_no_longer(client):
    otto(client)
    a_booking(a_gathering(price=480_00), "ada@example.org")
    clock.move_to(clock.now() + timedelta(minutes=31))

    assert "Nobody owes the house money just now." in client.get("/organise/").text


def test_the_day_costs_the_same_with_one_gathering_and_with_thirty(client, statements):
    otto(client)
    a_booking(a_gathering(slug="g0", price=100), "p0@example.org")
    later = a_gathering(slug="later0")
    with writing():
        catalogue.postpone(later.id, because=both("No water"))
    with statements() as few:
        client.get("/organise/")
    for number in range(1, 30):
        later = a_gathering(slug=f"later{number}", starts_at=clock.now() + timedelta(days=50))
        with writing():
            catalogue.postpone(later.id, because=both("No water"))
        a_booking(a_gathering(slug=f"g{number}", price=100), f"p{number}@example.org")

    with statements() as many:
        client.get("/organise/")

    assert len(many) == len(few)
