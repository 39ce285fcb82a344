"""The same once more, on other days; and series of gatherings that follow each other."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from retreats import wall
from retreats.booking.models import Place
from retreats.catalogue import service as catalogue
from retreats.catalogue.models import Gathering, PagePromise, Series, Session
from retreats.catalogue.queries import promise_of
from retreats.catalogue.service import missing
from retreats.catalogue.service.copy import AS_IT_IS
from retreats.catalogue.service.missing import PROMISE_PARTS
from retreats.db import db, new_id, writing
from retreats.outbox.models import Event
from retreats.questions import queries as questions
from retreats.questions.service import Asked, ask
from tests.catalogue.organise import fields, otto
from tests.house import a_booking, a_gathering, both

NOT_COPIED = {"id", "slug", "state", "version", "taken", "published_at", "cancelled_at", "cancelled_because", "postponed_at", "paused_at",
              "postponed_because", "uid", "sequence", "changed_at", "starts_at", "ends_at", "starts_wall", "ends_wall",
              "booking_opens_at", "booking_closes_at"}  # fmt: skip


def the(slug: str) -> Gathering:
    db.session.remove()
    return db.session.scalars(select(Gathering).where(Gathering.slug == slug)).one()


def copy(client, slug: str = "june-retreat", **values: str):
    address = f"/organise/gatherings/{slug}/copy"
    return client.post(address, data=fields(client.get(address).text) | values)


def with_programme(gathering: Gathering) -> Gathering:
    """Supper on the first day, a night walk that ends after midnight."""
    assert gathering.starts_at is not None
    with writing() as session:
        found = session.get_one(Gathering, gathering.id)
        night = gathering.starts_at.replace(hour=22, minute=0)
        for title, start, hours in (("Supper", gathering.starts_at, 1), ("Walk", night, 4)):
            found.sessions.append(Session(id=new_id(), title=both(title), starts_at=start,
                                          ends_at=start + timedelta(hours=hours)))  # fmt: skip
        ask(found.id, "intake", [Asked(key="diet", kind="text", label=both("What do you eat?"))], version=0)
    return gathering


def clocks(gathering: Gathering) -> list[str]:
    """What the clock at the place shows at each beginning and end."""
    moments = [gathering.starts_at, gathering.ends_at]
    moments += [moment for each in gathering.sessions for moment in (each.starts_at, each.ends_at)]
    return [wall.wall_of(moment, gathering.zone) for moment in moments if moment]


def test_a_copy_is_a_complete_draft_with_everything_but_the_people(client, deliver):
    otto(client)
    opens = datetime(2027, 2, 1, 8, tzinfo=UTC)
    source = a_gathering(starts_at=datetime(2027, 6, 11, 17, tzinfo=UTC), price=480_00, booking_opens_at=opens)
    a_booking(with_programme(source), "ada@example.org")

    made = copy(client, first_day="2027-07-09")
    deliver()

    assert made.location == "/organise/gatherings/june-retreat-2/"
    found, source = the("june-retreat-2"), db.session.get_one(Gathering, source.id)
    assert (found.state, found.taken, found.published_at, found.version) == ("draft", 0, None, 1)
    assert {name: getattr(found, name) for name in AS_IT_IS} == {name: getattr(source, name) for name in AS_IT_IS}
    assert {each.key for each in Gathering.__mapper__.columns} == NOT_COPIED | set(AS_IT_IS)
    assert clocks(found) == ["2027-07-09T18:00", "2027-07-11T18:00", "2027-07-09T18:00", "2027-07-09T19:00",
                             "2027-07-09T23:00", "2027-07-10T03:00"]  # fmt: skip
    assert (found.starts_wall, found.ends_wall) == ("2027-07-09T18:00", "2027-07-11T18:00")
    assert found.booking_opens_at == opens + timedelta(days=28)
    assert [(each.name, each.price_minor, each.taken) for each in found.ticket_types] == [(both("A place"), 480_00, 0)]
    assert [each.facilitator_id for each in found.leaders] == [each.facilitator_id for each in source.leaders]
    first, second = promise_of(source.id), promise_of(found.id)
    assert [getattr(first, part) for part in PROMISE_PARTS] == [getattr(second, part) for part in PROMISE_PARTS]
    assert [each.label for each in questions.questions_of(found.id, "intake")] == [both("What do you eat?")]
    assert {each.uid for each in (found, *found.sessions)} & {each.uid for each in (source, *source.sessions)} == set()
    assert missing(found) == []
    assert db.session.scalar(select(func.count()).select_from(Place).where(Place.gathering_id == found.id)) == 0
    assert client.get("/gatherings/june-retreat-2/").status_code == 404


@pytest.mark.parametrize(
    ("zone", "first", "again", "expected"),
    [
        ("Europe/Lisbon", "2027-03-26T18:00", date(2027, 10, 29), "2027-10-29T18:00"),  # into winter time
        (
            "Europe/Lisbon",
            "2027-03-21T01:30",
            date(2027, 3, 28),
            "2027-03-28T02:30",
        ),  # an hour that does not take place
        (
            "Europe/Lisbon",
            "2028-02-29T10:00",
            date(2029, 2, 28),
            "2029-02-28T10:00",
        ),  # a day that comes every four years
        ("Atlantic/Azores", "2027-06-11T22:00", date(2028, 2, 29), "2028-02-29T22:00"),
    ],
)
def test_every_time_keeps_what_the_clock_at_the_place_shows(app, zone, first, again, expected):
    start = wall.moment_of(first, zone)
    source = a_gathering(starts_at=start, lasts=timedelta(hours=3), zone=zone)

    with writing():
        made = catalogue.copy(source.id, first_day=again, copy_id=new_id())

    assert made.starts_wall == expected
    assert wall.wall_of(made.starts_at, zone) == expected


def test_the_same_form_sent_twice_makes_one_copy_and_no_day_none(client):
    otto(client)
    a_gathering()
    page = fields(client.get("/organise/gatherings/june-retreat/copy").text)

    for day in ("", "2027-02-30", "2020-01-01", "nonsense"):
        refused = client.post("/organise/gatherings/june-retreat/copy", data=page | {"first_day": day})
        assert refused.status_code == 422
        assert fields(refused.text)["key"] == page["key"]
    for _time in range(2):
        client.post("/organise/gatherings/june-retreat/copy", data=page | {"first_day": "2027-09-10"})

    assert db.session.scalar(select(func.count()).select_from(Gathering)) == 2


def test_a_series_is_begun_named_and_goes_on_with_a_copy_of_its_last(client):
    otto(client)
    first = a_gathering(slug="first", starts_at=datetime(2027, 5, 7, 17, tzinfo=UTC))
    second = a_gathering(slug="second", starts_at=datetime(2027, 6, 11, 17, tzinfo=UTC))

    assert client.post("/organise/series/new", data={"title_en": ""}).status_code == 422
    begun = client.post("/organise/series/new", data={"title_en": "Slow weekends", "title_pt": "Fins de semana lentos"})
    address = begun.location
    assert address == "/organise/series/slow-weekends/"
    assert client.get("/series/slow-weekends/").status_code == 404  # nothing to see for the public yet
    for gathering in (first, second, second):
        assert client.post(f"{address}add", data={"gathering": str(gathering.id)}).status_code == 303
    assert client.post(f"{address}add", data={}).status_code == 422
    assert client.post(f"{address}add", data={"gathering": "7"}).status_code == 404

    page = client.get(address).text
    assert 'href="/organise/gatherings/second/copy"' in page
    copy(client, "second", first_day="2027-09-10")
    assert the("june-retreat").series_id == the("second").series_id
    public = client.get("/series/slow-weekends/").text
    assert "/gatherings/first/" in public
    assert "/gatherings/june-retreat/" not in public
    assert db.session.query(Event).filter_by(name="GatheringChanged").count() == 2


def test_a_renamed_series_is_renamed_on_its_pages_and_the_slower_of_two_is_told(client):
    otto(client)
    series = Series(id=new_id(), slug="seasons", title=both("Seasons"))
    with writing() as session:
        session.add(series)
    a_gathering(series_id=series.id)
    opened = fields(client.get("/organise/series/seasons/").text)
    assert "Seasons" in client.get("/gatherings/june-retreat/").text

    quick = client.post("/organise/series/seasons/name", data=opened | {"title_en": "Four seasons"})
    slow = client.post("/organise/series/seasons/name", data=opened | {"title_en": "The year"})

    assert (quick.status_code, slow.status_code) == (303, 409)
    assert 'value="The year"' in slow.text
    assert "Four seasons" in client.get("/gatherings/june-retreat/").text
    again = client.post("/organise/series/seasons/name", data=fields(slow.text))
    assert again.status_code == 303
    assert "The year" in client.get("/series/seasons/").text


def test_the_list_of_series_asks_the_database_as_often_for_thirty_as_for_one(client, statements):
    otto(client)

    def asked() -> int:
        with statements() as seen:
            assert client.get("/organise/series/").status_code == 200
        return len(seen)

    with writing() as session:
        session.add(Series(id=new_id(), slug="one", title=both("One")))
    once = asked()
    with writing() as session:
        session.add_all([Series(id=new_id(), slug=f"s{n}", title=both(f"S{n}")) for n in range(29)])

    assert asked() == once
    assert db.session.scalar(select(func.count()).select_from(PagePromise)) == 0
