"""Otto makes a gathering from nothing, publishes it, sees who books it, and mends what went wrong; Ada books by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import select, update

from retreats import clock
from retreats.accounts import service as accounts
from retreats.accounts.models import Person, SignedIn
from retreats.booking.models import Registration
from retreats.db import db, writing
from tests.catalogue.organise import COMPLETE
from tests.house import a_booking, a_facilitator, a_gathering, a_person
from tests.journeys.reader import Reader
from tests.smtp_server import PostOffice
from tests.stores import ON_SQLITE

pytestmark = [pytest.mark.journey, ON_SQLITE]


def fill(page: Page, fields: dict[str, Any]) -> None:
    """Unfold what is folded; write, tick and choose by the names of the fields."""
    while (folded := page.locator("main details:not([open]) > summary")).count():
        folded.first.click()
    for name, value in fields.items():
        for each in value if isinstance(value, list) else [value]:
            choice = page.locator(f'input:is([type=radio], [type=checkbox])[name="{name}"][value="{each}"]')
            if choice.count():
                choice.check()
            elif page.locator(f'select[name="{name}"]').count():
                page.locator(f'select[name="{name}"]').select_option(each)
            else:
                page.locator(f'[name="{name}"]').fill(each)


def proved_just_now(email: str) -> None:
    """As if they had shown a second factor (how that is done, test_passkey.py walks)."""
    with writing() as session:
        theirs = select(Person.id).where(Person.email == email).scalar_subquery()
        until = clock.real_now() + accounts.FRESH
        session.execute(update(SignedIn).where(SignedIn.person_id == theirs).values(proved_until=until))


@pytest.fixture
def otto(open_house: str, new_page: Any, post_office: PostOffice, way_in: Callable[[str, str], str]) -> Reader:
    """Otto, who organises, signed in by the link of his letter, with scripts switched off."""
    del post_office
    a_person("otto@example.org", role="organiser")
    reader = Reader(new_page(scripts=False), open_house, "en")
    reader.goes_to("/organise/")
    reader.writes("Your mail address", "otto@example.org")
    reader.presses("Send me the letter")
    reader.goes_to(way_in("otto", "/sign-in/link/"))
    reader.presses("Sign in")
    return reader


def test_otto_makes_a_gathering_from_nothing_without_scripts(
    otto: Reader, open_house: str, new_page: Any, happen: Callable[[], int]
) -> None:
    mira = a_facilitator()
    people = {"leaders": str(mira.id), "care_name": "Cleo", "care_email": "cleo@example.org"}

    otto.goes_to("/organise/gatherings/new")
    otto.presses("Begin the draft")
    otto.reads("Say what it is.")
    fill(otto.page, {"kind": "retreat", "title_en": "Slow weekend"})
    otto.presses("Begin the draft")
    otto.goes_to("/organise/gatherings/slow-weekend/")
    otto.reads("It needs a title in English and in Portuguese.", "Say when it begins and when it ends.")
    otto.does_not_read("Publish it")
    otto.follows("What it is")
    for section, fields in {**COMPLETE, "people": people}.items():
        otto.goes_to(f"/organise/gatherings/slow-weekend/edit/{section}")
        fill(otto.page, fields)
        otto.page.get_by_role("button", name="Save", exact=True).click()
    otto.presses("Publish it")
    otto.follows("See its page as everybody does")
    otto.sees_heading("Slow weekend")

    ada = new_page()  # who uses no mouse
    ada.goto(f"{open_house}/gatherings/slow-weekend/register")
    ada.keyboard.press("Tab")
    ada.keyboard.press("Enter")  # skip to the content
    ada.keyboard.press("Tab")
    while ada.evaluate("document.activeElement.name") != "name-0":
        ada.keyboard.press("Tab")
    ada.keyboard.type("Ada")
    ada.keyboard.press("Tab")
    ada.keyboard.type("ada@example.org")
    ada.keyboard.press("Enter")
    ada.wait_for_url("**/pay/**")
    happen()

    otto.goes_to("/organise/gatherings/slow-weekend/registrations")
    otto.reads("Ada", "kept, not paid yet")


def test_a_letter_that_reached_nobody_is_seen_and_what_rests_is_tried_again(
    otto: Reader, post_office: PostOffice, happen: Callable[[], int]
) -> None:
    post_office.clerk.refuse_recipient = "550 nobody of that name lives here"
    a_booking(a_gathering(), "ada@example.org")
    happen()

    otto.goes_to("/organise/")
    otto.reads("letters reached no mailbox")
    otto.page.locator(".more-ways summary").click()
    otto.follows("What went wrong")
    otto.reads("550")
    post_office.clerk.refuse_recipient = None
    with otto.page.expect_navigation():
        otto.presses("It is right: write there again")
    while (buttons := otto.page.get_by_role("button", name="Try again")).count():
        with otto.page.expect_navigation():
            buttons.first.click()
    happen()
    otto.goes_to("/organise/deliveries")
    otto.reads("Nothing is wrong")

    assert db.session.query(Registration).one().state == "confirmed"
    assert [letter.to for letter in post_office.letters if letter.calendar] == ["ada@example.org"]


def test_otto_works_through_a_list_without_scripts(
    otto: Reader, happen: Callable[[], int], post_office: PostOffice
) -> None:
    june = a_gathering()
    for name in ("ada", "bo", "carl"):
        a_booking(june, f"{name}@example.org")
    happen()
    post_office.empty()

    otto.goes_to("/organise/")
    otto.writes("Person, booking or gathering", "BO@")
    otto.presses("Search")
    otto.reads("Bo, June retreat")
    otto.follows("All registrations")
    fill(otto.page, {"state": "confirmed", "column": ["reference"]})
    otto.presses("Show")
    for name in ("Ada", "Carl"):
        otto.page.get_by_role("checkbox", name=f"Choose {name}", exact=True).check()
    otto.picks("Send the link of the booking again", "What is to be done")
    otto.presses("Look at it first")
    otto.reads("It concerns 2 registrations.")
    otto.presses("Send the link of the booking again")
    otto.reads("Still waiting")
    happen()
    otto.follows("Look again")
    otto.reads("It is done")

    proved_just_now("otto@example.org")
    otto.goes_to("/organise/registrations?q=carl")
    with otto.page.expect_download() as file:
        otto.presses("As plain text (CSV)")

    assert sorted(letter.to for letter in post_office.letters) == ["ada@example.org", "carl@example.org"]
    assert file.value.suggested_filename == "registrations-2027-03-01.csv"
    [_heads, *rows] = file.value.path().read_text("utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in rows] == ['"Carl"']
