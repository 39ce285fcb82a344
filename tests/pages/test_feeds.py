"""The public calendars, the news and the map: read by programs that did not write them, and never saying too much."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from sqlalchemy import delete

from retreats import clock
from retreats.accounts import service as accounts
from retreats.accounts.models import Person, Role
from retreats.calendar import zones
from retreats.catalogue import service as catalogue
from retreats.catalogue.models import Gathering, Series, Session, Space
from retreats.catalogue.service import Programme, SessionRow
from retreats.db import db, new_id, writing
from retreats.pages import led_feed
from tests.catalogue.organise import otto, send
from tests.house import a_booking, a_facilitator, a_gathering, both

pytestmark = pytest.mark.slow

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def change(gathering: Gathering, **values: object) -> None:
    with writing() as session:
        found = session.get_one(Gathering, gathering.id)
        for name, value in values.items():
            setattr(found, name, value)
        found.version += 1


def with_programme(gathering: Gathering, *titles: str) -> Gathering:
    """Blocks of an hour, one a day, the first at the beginning, in a room."""
    with writing() as session:
        found = session.get_one(Gathering, gathering.id)
        room = Space(id=new_id(), venue_id=found.venue_id, name="The loft")
        session.add(room)
        assert found.starts_at is not None
        for number, title in enumerate(titles):
            start = found.starts_at + timedelta(days=number)
            found.sessions.append(Session(id=new_id(), title=both(title), starts_at=start, space_id=room.id,
                                          ends_at=start + timedelta(hours=1)))  # fmt: skip
    return gathering


def entries(answer) -> dict[str, icalendar.Event]:
    assert answer.status_code == 200
    return {str(each["SUMMARY"]): each for each in icalendar.Calendar.from_ical(answer.data).walk("VEVENT")}


def test_two_readers_find_a_banner_and_each_session_at_its_hour(client):
    start = datetime(2027, 6, 11, 17, tzinfo=UTC)
    with_programme(a_gathering(starts_at=start), "Supper", "Silence")

    answer = client.get("/gatherings.ics")

    found = entries(answer)
    assert list(found) == ["June retreat", "June retreat · Supper", "June retreat · Silence"]
    banner, supper, _silence = found.values()
    assert (banner["DTSTART"].dt, banner["DTEND"].dt) == (date(2027, 6, 11), date(2027, 6, 14))
    assert (str(banner["TRANSP"]), str(supper["TRANSP"])) == ("TRANSPARENT", "OPAQUE")
    assert supper["DTSTART"].dt == start
    assert supper["DTSTART"].params["TZID"] == "Europe/Lisbon"
    assert str(supper["LOCATION"]) == "The loft, Casa da Serra, Sintra"
    other = vobject.readOne(answer.text)
    assert other.method.value == "PUBLISH"
    assert other.prodid.value == "-//Retreats//EN"
    assert [each.uid.value for each in other.vevent_list] == [str(each["UID"]) for each in found.values()]
    assert [each.dtstart.value for each in other.vevent_list] == [each["DTSTART"].dt for each in found.values()]
    assert len({each.uid.value for each in other.vevent_list}) == 3
    assert {each.organizer.value for each in other.vevent_list} == {"mailto:casa@example.org"}
    lines = answer.data.split(b"\r\n")
    assert lines.index(b"METHOD:PUBLISH") < lines.index(b"BEGIN:VTIMEZONE") < lines.index(b"BEGIN:VEVENT")
    assert {b"REFRESH-INTERVAL;VALUE=DURATION:PT1H", b"X-PUBLISHED-TTL:PT1H", b"X-WR-TIMEZONE:Europe/Lisbon"} < set(
        lines
    )
    assert max(map(len, lines)) <= 75


def test_public_calendars_say_nothing_that_only_people_who_come_may_know(client):
    gathering = with_programme(a_gathering(), "Supper")
    change(gathering, mode="both", online_link="https://meet.example.org/secret")
    a_booking(gathering, "ada@example.org")
    change(a_gathering(slug="draft"), state="draft", published_at=None, title=both("Not yet"))
    change(a_gathering(slug="off-in-time"), state="cancelled", published_at=None, title=both("Never announced"))

    texts = [client.get(path).text for path in ("/gatherings.ics", "/gatherings/june-retreat.ics", "/gatherings.atom",
                                                "/sitemap.xml")]  # fmt: skip

    for text in texts:
        assert "june-retreat" in text
        for secret in ("Camélias", "meet.example.org", "ATTENDEE", "Ada", "ada@", "Not yet", "Never announced",
                       "/off-in-time"):  # fmt: skip
            assert secret not in text
    assert client.get("/gatherings/draft.ics").status_code == 404
    assert client.get("/gatherings/off-in-time.ics").status_code == 404
    assert client.get("/gatherings/never-was.ics").status_code == 404


@pytest.mark.parametrize("path", ["/gatherings.ics", "/gatherings/june-retreat.ics"])
def test_a_calendar_is_sent_again_only_when_something_in_it_changed(client, path):
    otto(client)
    with_programme(a_gathering(), "Supper")
    first = client.get(path)
    clock.move_to(clock.now() + timedelta(hours=3))

    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    since = client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    send(client, "june-retreat", "words", summary_en="Three very quiet days")
    changed = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    changed_since = client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]})

    assert (again.status_code, since.status_code) == (304, 304)
    assert (changed.status_code, changed_since.status_code) == (200, 200)
    assert first.content_type == "text/calendar; charset=utf-8"
    assert first.headers["Cache-Control"] == "public, max-age=900"
    assert first.headers["X-Robots-Tag"] == "noindex"
    assert not first.headers["ETag"].startswith("W/")
    assert client.head(path).headers["Content-Length"] == str(len(changed.data))


def test_a_calendar_needs_no_header_sets_no_cookie_and_speaks_the_language_of_its_address(client):
    a_gathering()

    answer = client.get("/gatherings.ics?lang=pt", headers={"Accept": "image/png"})

    assert list(entries(answer)) == ["Retiro de junho"]
    assert "Set-Cookie" not in answer.headers
    assert list(entries(client.get("/gatherings.ics"))) == ["June retreat"]


def test_sequence_rises_with_time_and_place_and_not_with_words(client):
    otto(client)
    gathering = with_programme(a_gathering(starts_at=datetime(2027, 6, 11, 17, tzinfo=UTC)), "Supper", "Silence")
    seen, uids = [], set()

    def note() -> None:
        found = entries(client.get("/gatherings/june-retreat.ics"))
        seen.append([int(each["SEQUENCE"]) for each in found.values()])
        uids.add(tuple(str(each["UID"]) for each in found.values()))

    note()
    send(client, "june-retreat", "words", summary_en="Three very quiet days")
    note()
    with writing():
        first, second = db.session.get_one(Gathering, gathering.id).sessions
        rows = [SessionRow(id=first.id, title=first.title, note={}, starts_at=first.starts_at, ends_at=first.ends_at,
                           space_id=None),
                SessionRow(id=second.id, title=second.title, note={}, starts_at=second.starts_at + timedelta(hours=1),
                           ends_at=second.ends_at + timedelta(hours=1), space_id=None)]  # fmt: skip
        catalogue.edit(gathering.id, Programme(rows=rows), still=lambda _: True)
    note()
    for day in range(12, 17):
        send(client, "june-retreat", "when", starts=f"2027-06-{day}T18:00", ends=f"2027-06-{day + 3}T18:00")
        note()
    with writing():
        catalogue.cancel(gathering.id, because=both("The roof leaks."))
    note()

    assert seen[:3] == [[0, 0, 0], [0, 0, 0], [0, 0, 1]]
    assert seen[3:] == [[number, number, number + 1] for number in range(1, 7)]
    assert len(uids) == 1


def test_what_is_cancelled_stays_for_thirty_days_and_says_so(client):
    gathering = with_programme(a_gathering(starts_at=clock.now() + timedelta(days=100)), "Supper")
    with writing():
        catalogue.cancel(gathering.id, because=both("The roof leaks."))

    soon = entries(client.get("/gatherings.ics"))
    news = client.get("/gatherings.atom").text
    clock.move_to(clock.now() + timedelta(days=31))

    assert list(soon) == ["Cancelled: June retreat", "Cancelled: June retreat · Supper"]
    assert {(str(each["STATUS"]), str(each["TRANSP"])) for each in soon.values()} == {("CANCELLED", "TRANSPARENT")}
    assert "The roof leaks." in str(soon["Cancelled: June retreat"]["DESCRIPTION"])
    assert "Cancelled: June retreat" in news
    assert "The roof leaks." in news
    assert entries(client.get("/gatherings.ics")) == {}
    assert "june-retreat" not in client.get("/gatherings.atom").text
    assert "Cancelled: June retreat" in entries(client.get("/gatherings/june-retreat.ics"))
    assert "/june-retreat" not in client.get("/sitemap.xml").text


def test_calendars_look_ninety_days_back_and_eighteen_months_ahead(client):
    gathering = a_gathering(lasts=timedelta(hours=2))
    shown, changed = [], []
    for days in (-91, -89, 547, 549):
        change(
            gathering, starts_at=clock.now() + timedelta(days=days), ends_at=clock.now() + timedelta(days=days, hours=2)
        )
        answer = client.get("/gatherings.ics")
        shown.append(len(entries(answer)))
        changed.append(answer.headers.get("Last-Modified"))
    clock.move_to(clock.now() + timedelta(days=2))
    came = client.get("/gatherings.ics", headers={"If-Modified-Since": changed[2]})

    assert shown == [0, 1, 1, 0]
    assert (came.status_code, len(entries(came))) == (200, 1)


def test_an_empty_house_has_an_empty_calendar_and_no_news(client):
    assert entries(client.get("/gatherings.ics")) == {}
    feed = ET.fromstring(client.get("/gatherings.atom").data)
    assert (feed.findtext(f"{ATOM}updated"), feed.findall(f"{ATOM}entry")) == ("2000-01-01T00:00:00+00:00", [])


def test_the_news_have_an_id_for_ever_and_the_newest_first(client):
    a_gathering(slug="first")
    clock.move_to(clock.now() + timedelta(hours=1))
    change(a_gathering(slug="second"), title=both("Bread & <roses>"), uid="ses-7@casa.example.org")

    answer = client.get("/gatherings.atom")
    again = client.get("/gatherings.atom", headers={"If-None-Match": answer.headers["ETag"]})

    feed = ET.fromstring(answer.data)
    newest, _first = feed.findall(f"{ATOM}entry")
    link = newest.find(f"{ATOM}link")
    assert link is not None
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    assert feed.findtext(f"{ATOM}updated") == newest.findtext(f"{ATOM}updated") == "2027-03-01T10:00:00+00:00"
    assert newest.findtext(f"{ATOM}title") == "Bread & <roses>"
    assert newest.findtext(f"{ATOM}id") == "tag:casa.example.org,2027-03-01:ses-7"
    assert link.attrib["href"] == "http://127.0.0.1:5999/gatherings/second/"
    assert again.status_code == 304


def test_search_engines_get_a_map_and_calendars_may_be_fetched(client):
    mira = a_facilitator()
    with writing() as session:
        session.add(Series(id=new_id(), slug="empty", title=both("Empty")))
        series = Series(id=new_id(), slug="seasons", title=both("Seasons"))
        session.add(series)
    change(a_gathering(facilitator=mira), series_id=series.id)

    answer, robots = client.get("/sitemap.xml"), client.get("/robots.txt").text

    found = [each.text or "" for each in ET.fromstring(answer.data).iter(f"{MAP}loc")]
    paths = [each.removeprefix("http://127.0.0.1:5999") for each in found]
    assert paths[:2] == ["/", "/gatherings/"]
    assert paths[-3:] == ["/gatherings/june-retreat/", "/series/seasons/", "/facilitators/mira/"]
    assert {client.get(path).status_code for path in paths} == {200}
    assert "Sitemap: http://127.0.0.1:5999/sitemap.xml" in robots
    assert "Allow: /me/calendar/" in robots


def test_pages_lead_to_their_calendars_and_the_news(client):
    a_gathering()

    for path, calendar in (
        ("/gatherings/", "/gatherings.ics"),
        ("/gatherings/june-retreat/", "/gatherings/june-retreat.ics"),
    ):
        page = client.get(f"{path}?lang=pt").text
        alternates = re.findall(r'<link rel="alternate" type="([^"]+)" href="([^"]+)"', page)
        assert alternates == [
            ("text/calendar", f"{calendar}?lang=pt"),
            ("application/atom+xml", "/gatherings.atom?lang=pt"),
        ]
        assert f'href="webcal://127.0.0.1:5999{calendar}?lang=pt"' in page
        assert f"<code>http://127.0.0.1:5999{calendar}?lang=pt</code>" in page
        assert {client.get(each).status_code for _kind, each in alternates} == {200}


def test_mira_has_what_she_leads_with_its_address_and_nobody_who_comes(client, another_client):
    mira = a_facilitator()
    gathering = with_programme(a_gathering(facilitator=mira), "Supper")
    a_booking(gathering, "ada@example.org")
    a_gathering(slug="elsewhere")
    person = db.session.get_one(Person, mira.person_id)
    address = f"/facilitate/calendar/{led_feed.token_of(person)}.ics"

    answer = another_client.get(address)

    found = entries(answer)
    assert list(found) == ["June retreat", "June retreat · Supper"]
    assert str(found["June retreat"]["LOCATION"]) == "Casa da Serra, Rua das Camélias 4, Sintra"
    assert str(found["June retreat"]["TRANSP"]) == "OPAQUE"
    assert {str(each["UID"]) for each in found.values()} == {
        str(each["UID"]) for each in entries(client.get("/gatherings/june-retreat.ics")).values()
    }
    assert (b"ada@" in answer.data, b"Ada" in answer.data) == (False, False)
    assert answer.headers["Cache-Control"] == "private, max-age=900"
    with writing() as session:
        accounts.renew_feed(person.id)
    assert client.get(address).status_code == 404
    fresh = led_feed.token_of(db.session.get_one(Person, person.id, populate_existing=True))
    assert client.get(f"/facilitate/calendar/{fresh}.ics").status_code == 200
    assert client.get(f"/me/calendar/{fresh}.ics").status_code == 404
    with writing() as session:
        session.execute(delete(Role).where(Role.person_id == person.id))
    assert client.get(f"/facilitate/calendar/{fresh}.ics").status_code == 404


@pytest.mark.parametrize("path", ["/gatherings.ics", "/gatherings.atom", "/sitemap.xml"])
def test_a_feed_costs_the_same_with_one_and_with_thirty(client, statements, path):
    mira, counts = a_facilitator(), []
    for number in range(30):
        start = clock.now() + timedelta(days=30 + number)
        with_programme(a_gathering(slug=f"g{number}", facilitator=mira, starts_at=start), "Supper")
        if number in {0, 29}:
            with statements() as asked:
                assert client.get(path).status_code == 200
            counts.append(len(asked))

    with statements() as kept:
        client.get(path)

    assert counts[0] == counts[1] <= 6
    assert path != "/gatherings.ics" or len([each for each in kept if not each.startswith("BEGIN")]) == 1


def test_the_rules_of_a_zone_are_those_of_the_zone():
    wrong = set()
    for zone in zones.KNOWN:
        calendar = icalendar.Calendar()
        calendar.add_component(zones.component(zone))
        tz = vobject.readOne(calendar.to_ical().decode()).vtimezone.tzinfo
        for year in (2000, 2027, 2099):
            for day in range(0, 365, 9):
                noon = datetime(year, 1, 1, 12) + timedelta(days=day)  # noqa: DTZ001  (a clock at the place)
                if noon.replace(tzinfo=tz).utcoffset() != noon.replace(tzinfo=ZoneInfo(zone)).utcoffset():
                    wrong.add(zone)

    assert wrong == set()


def test_times_without_a_plain_rule_and_the_doubled_hour_are_written_in_utc(client):
    night = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    a_gathering(slug="night", starts_at=night, lasts=timedelta(hours=2))
    change(
        a_gathering(slug="far", starts_at=night - timedelta(days=30), lasts=timedelta(hours=2)), zone="Asia/Kathmandu"
    )

    for slug, start in (("night", b"DTSTART:20271031T003000Z"), ("far", b"DTSTART:20271001T003000Z")):
        answer = client.get(f"/gatherings/{slug}.ics")
        assert start in answer.data
        assert b"VTIMEZONE" not in answer.data
