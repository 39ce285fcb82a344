"""Who has gone quiet, by places and bookings alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from retreats import clock
from retreats.accounts.models import Person
from retreats.booking.models import Place, Registration, WaitingEntry
from retreats.db import db, new_id, writing
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
    came(
        "long-ago",
        NOW - timedelta(days=500),
        "ada@example.org",
        "bo@example.org",
        "cara@example.org",
        "dora@example.org",
    )
    came(
        "last-year",
        NOW - timedelta(days=300),
        "bo@example.org",
        "eva@example.org",
        "finn@example.org",
        "gil@example.org",
    )
    came("since-then", NOW - timedelta(days=250), "gil@example.org")
    came("lately", NOW - timedelta(days=40), "hana@example.org")
    ahead = a_gathering(slug="ahead", places=20)
    a_booking(ahead, "cara@example.org")
    with writing() as session:
        missed = session.query(Place).join(Person, Person.id == Place.person_id)
        missed.filter(Person.email == "dora@example.org").one().presence = "missed"
        session.query(Person).filter_by(email="eva@example.org").one().disabled_at = NOW
        session.add(WaitingEntry(id=new_id(), gathering_id=ahead.id, name="Finn", email="finn@example.org", language="en",
                                 joined_at=NOW - timedelta(days=5)))  # fmt: skip

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
