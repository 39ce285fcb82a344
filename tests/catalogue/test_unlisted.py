"""An unlisted gathering: its page works for whoever has the address, and nothing leads there."""

from __future__ import annotations

from datetime import timedelta

from retreats import clock
from retreats.catalogue.models import Series
from retreats.db import db, new_id, writing
from retreats.pages import led_feed
from tests.catalogue.organise import otto, send
from tests.house import a_booking, a_facilitator, a_gathering, both, places

NOWHERE = ("/", "/gatherings/", "/gatherings/?month=2027-04", "/gatherings.ics", "/gatherings.atom", "/sitemap.xml",
           "/facilitators/mira/", "/series/seasons/")  # fmt: skip


def test_it_stands_in_no_list_calendar_or_map_and_can_be_booked_by_its_address(client):
    otto(client)
    mira = a_facilitator()
    series = Series(id=new_id(), slug="seasons", title=both("Seasons"))
    with writing() as session:
        session.add(series)
    gathering = a_gathering(facilitator=mira, series_id=series.id)
    a_gathering(slug="other", facilitator=mira, series_id=series.id)
    assert [path for path in NOWHERE if "june-retreat" not in client.get(path).text] == []

    assert send(client, "june-retreat", "words", unlisted="yes").status_code == 303

    assert [path for path in NOWHERE if "june-retreat" in client.get(path).text] == []
    assert [path for path in NOWHERE if client.get(path).status_code != 200] == []
    page = client.get("/gatherings/june-retreat/")
    assert page.status_code == 200
    assert '<meta name="robots" content="noindex">' in page.text
    assert '<meta name="robots"' not in client.get("/gatherings/other/").text
    assert client.get("/gatherings/june-retreat.ics").status_code == 200
    assert client.get("/gatherings/june-retreat/register").status_code == 200
    a_booking(gathering, "ada@example.org")
    assert [place.state for place in places(gathering)] == ["confirmed"]
    assert "june-retreat" in client.get("/organise/gatherings/").text
    mine = client.get(led_feed.address(db.session.merge(mira).person).partition("5999")[2]).text
    assert mine.count("BEGIN:VEVENT") == 2


def test_readers_who_ask_by_time_see_that_it_left_the_calendar(client):
    otto(client)
    a_gathering()
    a_gathering(slug="other")
    first = client.get("/gatherings.ics")

    clock.move_to(clock.now() + timedelta(hours=1))
    send(client, "june-retreat", "words", unlisted="yes")
    later = client.get("/gatherings.ics", headers={"If-Modified-Since": first.headers["Last-Modified"]})

    assert later.status_code == 200
    assert later.text.count("BEGIN:VEVENT") == 1
