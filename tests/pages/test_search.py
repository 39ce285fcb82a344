"""Otto finds people, bookings, who waits and gatherings with one box."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from retreats.accounts.models import Person
from retreats.booking import service as booking
from retreats.db import writing
from tests.booking.test_listing import a_crowd
from tests.catalogue.organise import otto
from tests.house import a_booking, a_gathering

SEARCH = "/organise/search"


@pytest.fixture
def a_house(client: FlaskClient) -> FlaskClient:
    """Inês booked and brings Carl, Dora waits."""
    otto(client)
    june = a_gathering()
    ines = a_booking(june, "ines@example.org", "carl@example.org")
    with writing() as session:
        session.get_one(Person, ines.booker_id).name = "Inês Óscar"
        booking.join_waiting_list(june.id, name="Dóra", email="dora@example.net", party=1, note="", language="en")
    return client


def found(client: FlaskClient, q: str) -> dict[str, list[str]]:
    """The first words of what stands under each heading."""
    main = client.get(SEARCH, query_string={"q": q}).text.partition("<main")[2].partition("</main")[0]
    sections = re.findall(r"<h2>(.*?)</h2>\s*<ul class=\"entries\">(.*?)</ul>", main, re.DOTALL)
    return {
        head: [
            unescape(re.sub(r"<[^>]+>", "", each).strip())
            for each in re.findall(r"<li>(.*?)(?:</a>|<br>)", rows, re.DOTALL)
        ]
        for head, rows in sections
    }


@pytest.mark.parametrize(
    ("q", "what"),
    [
        ("ines oscar", {"Bookings": ["Inês Óscar, June retreat"], "People": ["Inês Óscar"]}),
        ("CARL@", {"Bookings": ["Inês Óscar, June retreat"], "People": ["Carl"]}),
        ("dora", {"Who waits for a place": ["Dóra"]}),
        ("RETIRO de", {"Gatherings": ["June retreat"]}),
        ("june casa", {"Gatherings": ["June retreat"]}),
        ("nobody at all", {}),
        ("%", {}),
        ("", {}),
    ],
)
def test_otto_finds_what_has_all_the_words(a_house: FlaskClient, q: str, what: dict[str, list[str]]) -> None:
    assert found(a_house, q) == {head: rows for head, rows in what.items() if rows}


def test_a_box_stands_on_his_pages_and_keeps_what_was_typed(a_house: FlaskClient) -> None:
    for path in ("/organise/", "/organise/registrations", "/organise/gatherings/"):
        assert 'action="/organise/search"' in a_house.get(path).text
    page = a_house.get(SEARCH, query_string={"q": '  "><b>   ines'}).text
    assert 'value="&#34;&gt;&lt;b&gt; ines"' in page


def test_it_costs_the_same_however_many_there_are_and_says_how_many_more(client: FlaskClient, statements) -> None:
    otto(client)
    gathering = a_gathering(places=40)
    a_booking(gathering, "person@example.org")
    with statements() as few:
        client.get(f"{SEARCH}?q=person")
    a_crowd(gathering, 29)

    with statements() as many:
        page = client.get(f"{SEARCH}?q=person").text

    assert len(many) == len(few) <= 16
    assert "All 30 bookings that fit" in page
    assert page.count('<li><a href="/organise/gatherings/june-retreat/registrations/') == 10
