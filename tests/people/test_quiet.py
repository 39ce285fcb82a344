"""Who has gone quiet, by places and bookings alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from retreats import clock
from retreats.accounts.models import Person
from retreats.booking.models import Place, Registration, WaitingEntry
from retreats.catalogue.models import Gathering
from retreats.db import db, new_id, writing
from retreats.mail.service import NOBODYS
from retreats.people.quiet import gone_quiet, months_before
from tests.house import a_booking, a_gathering, a_person, sign_in

PATH = "/organise/people/quiet"
NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def otto(client):
    person = a_person("otto@example.org", role="organiser")
    sign_in(client, person)
    return person


def came(slug: str, when: datetime, *emails: str) -> None:
    """They were at a gathering that ended then."""
    gathering = a_gathering(slug=slug, places=60)
    for email in emails:
        a_booking(gathering, email)
    with writing() as session:
        gathering = session.merge(gathering)
        gathering.starts_at, gathering.ends_at, gathering.state = when - timedelta(days=2), when, "over"
        for each in session.query(Registration).filter_by(gathering_id=gathering.id):
            each.registered_at = when - timedelta(days=30)
        for place in session.query(Place).filter_by(gathering_id=gathering.id):
            place.state = "confirmed"


def them(*who: str) -> list[str]:
    return [f"{each}@example.org" for each in who]


def waits(gathering_id: int, who: str, days: int) -> WaitingEntry:
    """They have waited for a place for so many days."""
    return WaitingEntry(id=new_id(), gathering_id=gathering_id, name=who, email=f"{who}@example.org", language="en",
                        joined_at=NOW - timedelta(days=days))  # fmt: skip


def names(page: str) -> list[str]:
    return re.findall(r'<a href="/organise/people/\d+/">([^<]+)</a>', page)


@pytest.mark.parametrize(
    ("moment", "months", "before"),
    [
        (datetime(2027, 8, 31, 9, tzinfo=UTC), 6, datetime(2027, 2, 28, 10, tzinfo=UTC)),
        (datetime(2027, 3, 1, 9, tzinfo=UTC), 3, datetime(2026, 12, 1, 9, tzinfo=UTC)),
        (datetime(2027, 6, 1, 9, tzinfo=UTC), 12, datetime(2026, 6, 1, 9, tzinfo=UTC)),
        (datetime(2027, 4, 30, 8, tzinfo=UTC), 3, datetime(2027, 1, 30, 9, tzinfo=UTC)),
    ],
)
def test_months_are_those_of_the_wall(moment, months, before):
    assert months_before(moment, months, "Europe/Lisbon") == before


def test_who_came_and_was_not_seen_since_stands_there_longest_silence_first(client, otto):
    """Not Cara, who comes again; Dora, who was not there; Eva, who is refused; Finn, who waits; nor Kim, erased; Lia, merged; Mo,
    whose gathering was cancelled. But Gil, whose next one is called off, and Bo, whose old wait nobody ended.
    """
    came("long-ago", NOW - timedelta(days=500), *them("ada", "bo", "cara", "dora", "kim", "lia"))
    came("last-year", NOW - timedelta(days=300), *them("bo", "eva", "finn", "gil"))
    came("since-then", NOW - timedelta(days=250), *them("gil"))
    came("called-off", NOW - timedelta(days=280), *them("mo"))
    came("lately", NOW - timedelta(days=40), *them("hana"))
    ahead, off = a_gathering(slug="ahead", places=20), a_gathering(slug="off", places=20)
    a_booking(ahead, *them("cara"))
    a_booking(off, *them("gil"))
    with writing() as session:
        known = {each.email.partition("@")[0]: each for each in session.query(Person)}
        past = {each.slug: each for each in session.query(Gathering)}
        session.query(Place).filter_by(person_id=known["dora"].id).one().presence = "missed"
        session.query(Registration).filter_by(gathering_id=off.id).one().registered_at = NOW - timedelta(days=320)
        past["off"].state = past["called-off"].state = "cancelled"
        known["eva"].disabled_at = NOW
        known["kim"].email = f"kim{NOBODYS}"
        known["lia"].merged_into_id = known["ada"].id
        session.add_all([waits(ahead.id, "finn", 5), waits(past["long-ago"].id, "bo", 700)])

    page = client.get(PATH).text

    assert names(page) == ["Ada", "Bo", "Gil"]
    assert re.search(r"Bo</a>.*?<span>2</span>", page, re.DOTALL)
    assert names(client.get(f"{PATH}?months=12").text) == ["Ada"]
    assert names(client.get(f"{PATH}?months=3").text) == ["Ada", "Bo", "Gil"]
    assert names(client.get(f"{PATH}?months=none&after=x").text) == ["Ada", "Bo", "Gil"]
    assert "De quem" in client.get(f"{PATH}?lang=pt", follow_redirects=True).text


def test_the_list_goes_on_and_asks_as_often_for_thirty_as_for_one(client, otto, statements):
    came("first", NOW - timedelta(days=400), "ada@example.org")
    with statements() as for_one:
        client.get(PATH)
    came("second", NOW - timedelta(days=300), *(f"guest-{number:02}@example.org" for number in range(34)))
    with statements() as for_many:
        first = client.get(PATH).text

    rest = client.get(re.search(r'href="([^"]*quiet[^"]*after=\d+)"', first)[1].replace("&amp;", "&")).text

    assert len(for_many) == len(for_one)
    assert (len(names(first)), len(names(rest))) == (30, 5)
    assert not set(names(first)) & set(names(rest))
    db.session.remove()
    assert gone_quiet(6, now=clock.now(), zone="Europe/Lisbon", after=7).people
