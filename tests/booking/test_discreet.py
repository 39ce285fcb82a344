"""Ada's family reads her calendar: its entry says that there is something, and not what (PRIV-20)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from retreats import clock
from retreats.accounts.models import Person
from retreats.booking import service
from retreats.booking.addresses import place_key, place_path, registration_path
from retreats.booking.models import Place, Registration
from retreats.booking.service.personal import export as booking_export
from retreats.booking.service.personal import forget_names
from retreats.catalogue.models import Gathering, Session
from retreats.db import db, new_id, writing
from retreats.pages import own_feed
from tests.booking.test_moves import a_day_later, invites_to
from tests.house import a_booking, a_facilitator, a_gathering, both, places

ADA = "ada@example.org"
TELLING = re.compile(r"june|retreat|quiet|serra|silence|grief|secret|key=|/gatherings|/places", re.IGNORECASE)
"""What would say more than that there is something: title, summary, programme, the venue's name, ways in, links."""


@pytest.fixture
def gathering() -> Gathering:
    """Two days in a house, and online, with a programme that says what it is, led by Dr. Mira Sousa."""
    mira = a_facilitator("mira@example.org")
    with writing() as session:
        session.get_one(Person, mira.person_id).name = "Dr. Mira Sousa"
    made = a_gathering(facilitator=mira)
    assert made.starts_at is not None
    with writing() as session:
        found = session.get_one(Gathering, made.id)
        found.mode, found.online_link = "both", "https://meet.example.org/secret"
        found.sessions.append(Session(id=new_id(), title=both("Grief"), note=both("In silence"), starts_at=made.starts_at,
                                      ends_at=made.starts_at + timedelta(hours=1)))  # fmt: skip
    return made


def wish(client: Any, place: Place, discreet: str, *, key: str = "") -> Any:
    fields = {"key": key or place_key(place), "discreet": discreet}
    return client.post(f"/places/{place.reference}/calendar", data=fields)


def said(octets: bytes) -> list[str]:
    """What a calendar shows of its entries."""
    shown = ("SUMMARY", "DESCRIPTION", "LOCATION", "URL")
    return ["\n".join(str(each[name]) for name in shown) for each in Calendar.from_ical(octets).walk("VEVENT")]


def of(octets: bytes, name: str) -> str:
    return str(Calendar.from_ical(octets).walk("VEVENT")[0][name])


def the_place() -> Place:
    return db.session.scalars(select(Place).where(Place.email == ADA).order_by(Place.changed_at)).all()[-1]


def test_whoever_ticks_it_when_booking_never_gets_an_entry_that_tells(client, gathering, post_office, deliver) -> None:
    form = client.get("/gatherings/june-retreat/register").text
    assert "Workshop with Mira” then" in form
    hidden = dict(re.findall(r'name="(key|party|ticket)" value="([^"]*)"', form))
    bad = client.post("/gatherings/june-retreat/register", data={**hidden, "discreet": "yes", "name-0": "Ada"})
    assert re.search(r'name="discreet"[^>]* checked', bad.text)

    client.post("/gatherings/june-retreat/register",
                data={**hidden, "discreet": "yes", "name-0": "Ada", "email-0": ADA})  # fmt: skip
    deliver()
    a_day_later(gathering)
    deliver()
    place = the_place()
    feed = client.get(f"/me/calendar/{own_feed.token_of(db.session.get_one(Person, place.person_id))}.ics").data
    file = client.get(f"/places/{place.reference}/invite.ics?key={place_key(place)}").data
    page = client.get(registration_path(db.session.get_one(Registration, place.registration_id))).text
    with writing():
        service.cancel_places(place.registration_id, {place.id})
    deliver()

    first, moved, cancelled = sent = invites_to(post_office, ADA)
    assert [of(each, "SEQUENCE") for each in sent] == ["0", "1", "2"]
    assert len({of(each, "UID") for each in sent}) == 1
    assert b"METHOD:CANCEL" in cancelled
    for octets in (*sent, feed, file):
        assert [words for words in said(octets) if TELLING.search(words)] == []
    assert {words.partition("\n")[0] for each in (*sent, feed, file) for words in said(each)} == {"Workshop with Mira"}
    assert len(said(feed)) == 2
    assert (of(first, "LOCATION"), of(moved, "URL")) == ("Rua das Camélias 4, Sintra", "http://127.0.0.1:5999/me/")
    links = re.findall(r'href="(https://(?:calendar\.google|outlook)[^"]+)"', page)
    assert len(links) == 2
    assert [link for link in links if "Workshop+with+Mira" not in link or TELLING.search(link)] == []
    letter = next(each for each in post_office.letters if each.to == ADA)
    assert "As you wished, the entry is called" in " ".join(letter.text.split())


def test_it_is_changed_on_ones_own_page_and_kept_to_the_next_time(client, gathering, post_office, deliver) -> None:
    a_booking(gathering, ADA, "bo@example.org")
    deliver()
    ada, bo = places(gathering)
    page = client.get(place_path(ada)).text
    assert "It can be called “Workshop with Mira” instead" in page

    assert wish(client, ada, "yes", key=place_key(bo)).status_code == 404
    for _press in range(2):
        answer = wish(client, ada, "yes")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{place_path(ada)}#discreet")
        deliver()
    clock.move_to(clock.now() + timedelta(minutes=1))
    a_booking(a_gathering(slug="july"), ADA, "bo@example.org")

    before, after = invites_to(post_office, ADA)[:2]
    assert ([of(each, "SUMMARY") for each in (before, after)], of(before, "UID")) == (
        ["June retreat", "Workshop with Mira"],
        of(after, "UID"),
    )
    assert (of(before, "SEQUENCE"), of(after, "SEQUENCE")) == ("0", "1")
    assert b"METHOD:REQUEST" in after
    assert len(invites_to(post_office, "bo@example.org")) == 1
    assert db.session.execute(select(Place.email, Place.is_discreet).order_by(Place.email, Place.changed_at)).all() == [
        (ADA, True),
        (ADA, True),
        ("bo@example.org", False),
        ("bo@example.org", False),
    ]
    assert "The entry is called “Workshop with Mira”" in client.get(place_path(ada)).text

    wish(client, ada, "no")
    deliver()
    last = invites_to(post_office, ADA)[-1]
    assert (of(last, "SUMMARY"), of(last, "SEQUENCE")) == ("June retreat", "2")
    exported = booking_export(ada.person_id)["places"]
    assert sorted(each["entry_is_discreet"] for each in exported) == [False, True]
    with writing():
        forget_names(ada.person_id)
    assert set(db.session.scalars(select(Place.is_discreet))) == {False}


def test_a_place_that_was_given_back_has_no_entry_to_word(client, gathering) -> None:
    a_booking(gathering, ADA)
    [place] = places(gathering)
    with writing():
        service.cancel_places(place.registration_id, {place.id})

    assert wish(client, place, "yes").status_code == 409
    assert db.session.scalar(select(Place.is_discreet)) is False


def test_the_feed_costs_the_same_with_one_place_and_with_thirty(client, gathering, statements) -> None:
    a_booking(gathering, ADA)
    with writing() as session:
        session.execute(Place.__table__.update().values(is_discreet=True))
    address = f"/me/calendar/{own_feed.token_of(db.session.get_one(Person, the_place().person_id))}.ics"
    with statements() as few:
        client.get(address)
    for number in range(29):
        a_booking(a_gathering(slug=f"other-{number}"), ADA)

    with statements() as many:
        answer = client.get(address)

    assert len(said(answer.data)) == 31
    assert len(many) == len(few)
