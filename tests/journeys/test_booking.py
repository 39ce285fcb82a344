"""Ada finds a gathering and books it, in a real browser, in both languages, with and without script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from retreats.booking.models import LedgerEntry, Place, Registration
from retreats.db import db, writing
from retreats.questions.models import Form, Question
from tests.house import a_booking, a_gathering, both, new_id, terms
from tests.stores import ON_SQLITE

pytestmark = [pytest.mark.journey, ON_SQLITE]
Opened = Callable[..., Page]


def test_a_circle_is_booked_for_two_from_a_phone(
    open_house: str, new_page: Opened, happen: Any, post_office: Any
) -> None:
    gathering, _terms = a_gathering(slug="tuesday-circle", kind="circle", price=0), terms()
    with writing() as session:
        diet = Question(
            id=new_id(), key="diet", position=0, kind="short", label=both("What do you eat?"), required=True
        )
        session.add(Form(id=new_id(), gathering_id=gathering.id, occasion="intake", questions=[diet]))
    page = new_page(width=320)

    page.goto(open_house)
    page.get_by_role("link", name="See what is coming").click()
    page.get_by_role("link", name="June retreat").click()
    page.get_by_role("link", name="Book a place").first.click()
    page.get_by_label("Your name").fill("Ada")
    page.get_by_role("button", name="Add somebody who comes with you").click()
    expect(page.get_by_label("Your name")).to_have_value("Ada")
    page.get_by_label("Your mail address").fill("ada@example.org")
    page.get_by_label("Their name").fill("Bo")
    page.get_by_label("Their mail address").fill("bo@example.org")
    page.get_by_role("button", name="Book my place").click()
    expect(page.get_by_role("alert")).to_contain_text("We need an answer here")
    for box in page.get_by_label("What do you eat?").all():
        box.fill("Everything")
    page.get_by_label("I have read the terms").check()
    page.get_by_role("button", name="Book my place").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Your places are confirmed")
    happen()
    invites = [letter for letter in post_office.letters if letter.calendar]
    assert sorted(letter.to for letter in invites) == ["ada@example.org", "bo@example.org"]


@pytest.mark.parametrize("scripts", [True, False])
def test_a_retreat_is_booked_and_paid_in_portuguese(
    open_house: str, new_page: Opened, happen: Any, post_office: Any, *, scripts: bool
) -> None:
    a_gathering(price=48_000)
    terms()
    page = new_page(language="pt", scripts=scripts)

    page.goto(f"{open_house}/gatherings/june-retreat/register")
    page.get_by_label("O seu nome").fill("Ada")
    page.get_by_label("O seu endereço de correio").fill("ada@example.org")
    page.get_by_role("checkbox", name="Li as condições").check()
    page.locator("main form button.button-main").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("480")
    page.locator("main form button").click()
    page.locator("button[value=pay]").click()

    page.wait_for_url(f"{open_house}/registrations/**")
    happen()
    page.reload()
    assert db.session.query(Registration).one().state == "confirmed"
    assert [entry.amount_minor for entry in db.session.query(LedgerEntry)] == [48_000]
    [letter] = [each for each in post_office.letters if each.calendar]
    assert letter.to == "ada@example.org"
    assert "480" in letter.text


def test_one_of_two_places_is_given_back(
    open_house: str, new_page: Opened, happen: Any, post_office: Any, reach: Callable[[str], str]
) -> None:
    gathering = a_gathering()
    a_booking(gathering, "ada@example.org", "bo@example.org")
    happen()
    [bos] = [letter for letter in post_office.letters if letter.to == "bo@example.org" and letter.calendar]
    link = next(word for word in bos.text.split() if "/places/" in word)
    page = new_page(width=390)

    page.goto(reach(link))
    page.get_by_role("link", name="Give my place back").click()
    page.get_by_role("button", name="Give my place back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This place was given back")
    happen()

    assert sorted((place.name, place.state) for place in db.session.query(Place)) == [
        ("Ada", "confirmed"),
        ("Bo", "cancelled"),
    ]
    cancels = [letter for letter in post_office.letters if letter.calendar and b"METHOD:CANCEL" in letter.calendar]
    assert [letter.to for letter in cancels] == ["bo@example.org"]
