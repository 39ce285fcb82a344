"""The organiser's day."""

from __future__ import annotations

from datetime import timedelta

from retreats import clock
from retreats.booking import service as booking
from retreats.catalogue.models import Gathering
from retreats.db import new_id, writing
from retreats.payments.models import OpenItem
from tests.catalogue.organise import otto
from tests.house import a_booking, a_gathering, both


def test_an_empty_house_says_that_nothing_is_late_or_owed(client):
    otto(client)

    page = client.get("/organise/").text

    for words in ("Nothing.", "Nobody owes anything just now.", "Nothing in the next three months"):
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


def test_a_lapsed_hold_is_owed_no_longer(client):
    otto(client)
    a_booking(a_gathering(price=480_00), "ada@example.org")
    clock.move_to(clock.now() + timedelta(minutes=31))

    assert "Nobody owes anything just now." in client.get("/organise/").text


def test_the_day_costs_the_same_with_one_gathering_and_with_thirty(client, statements):
    otto(client)
    a_booking(a_gathering(slug="g0", price=100), "p0@example.org")
    with statements() as few:
        client.get("/organise/")
    for number in range(1, 30):
        a_booking(a_gathering(slug=f"g{number}", price=100), f"p{number}@example.org")

    with statements() as many:
        client.get("/organise/")

    assert len(many) == len(few)
