"""On paper: who comes, and a badge for each; nobody else, and nothing that they answered."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from retreats.booking import service as booking
from retreats.booking.models import Place, Registration
from retreats.db import db, writing
from tests.booking.test_listing import a_crowd
from tests.catalogue.organise import otto
from tests.house import a_booking, a_gathering

HERE = "/organise/gatherings/june-retreat/print"


@pytest.fixture
def a_full_house(client: FlaskClient) -> FlaskClient:
    """Ada brings Carl and owes; Bo was cancelled; Dora has not paid; Eva goes elsewhere."""
    otto(client)
    june = a_gathering(price=480_00)
    ada, bo = a_booking(june, "zoe@example.org", "carl@example.org"), a_booking(june, "bo@example.org")
    a_booking(june, "dora@example.org")
    a_booking(a_gathering(slug="july-circle"), "eva@example.org")
    with writing() as session:
        booking.confirm_unpaid(ada.id, pays_by="cash")
        booking.confirm_unpaid(bo.id, pays_by="cash")
        booking.cancel_by_house(bo.id, {bo.places[0].id}, refund="none", shown_minor=0)
        session.query(Place).filter_by(email="carl@example.org").one().name = "Émile <b>"
    return client


def test_the_list_has_everybody_who_comes_by_name_and_what_is_owed_once(a_full_house: FlaskClient) -> None:
    page = a_full_house.get(f"{HERE}/participants").text

    main = page.partition("<table")[2].partition("</table")[0]
    assert [unescape(each) for each in re.findall(r'role="rowheader">(.*?)</th>', main)] == ["Émile <b>", "Zoe"]
    assert main.count("960") == 1
    for word in (">Bo<", "Dora", "Eva", "@example"):
        assert word not in main


def test_everybody_who_comes_has_a_badge_with_ten_on_a_sheet(client: FlaskClient) -> None:
    otto(client)
    a_crowd(a_gathering(places=40), 23)
    with writing() as session:
        first, second = session.query(Place).order_by(Place.name).limit(2)
        first.name, second.name = "Maria da Conceição Albuquerque", "x" * 120

    page = client.get(f"{HERE}/badges").text

    sheets = [sheet.partition("</ul>")[0].count("<li>") for sheet in page.split('<ul class="badges">')[1:]]
    assert sheets == [10, 10, 3]
    assert '<p class="who long">Maria da Conceição Albuquerque</p>' in page
    assert f'<p class="who longest">{"x" * 120}</p>' in page
    assert page.count('<p class="who">') == 21


@pytest.mark.parametrize("what", ["participants", "badges"])
def test_it_costs_the_same_with_one_and_with_thirty(client: FlaskClient, statements, what: str) -> None:
    otto(client)
    gathering = a_gathering(places=40)
    a_booking(gathering, "ada@example.org")
    with statements() as few:
        client.get(f"{HERE}/{what}")
    a_crowd(gathering, 29)

    with statements() as many:
        client.get(f"{HERE}/{what}")

    assert db.session.query(Registration).count() == 30
    assert len(many) == len(few) <= 10


def test_where_nobody_comes_yet_it_says_so(client: FlaskClient) -> None:
    otto(client)
    a_gathering()

    for what in ("participants", "badges"):
        assert "Nobody has a confirmed place yet" in client.get(f"{HERE}/{what}").text
