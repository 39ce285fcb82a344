"""The name somebody chose stands wherever they are named to others; the one in their papers only where it is needed (P6)."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from retreats.accounts.models import Person
from retreats.booking.addresses import place_path, registration_path
from retreats.booking.models import Place
from retreats.db import db
from tests.conftest import browser_of
from tests.house import a_booking, a_facilitator, a_gathering, a_person, sign_in

pytestmark = pytest.mark.slow


@pytest.fixture
def june(app):
    """A gathering that Mira leads."""
    del app
    return a_gathering(slug="june-retreat", facilitator=a_facilitator("mira@example.org"))


def call_oneself(app, person: Person, name: str, legal_name: str = ""):
    client = browser_of(app)
    sign_in(client, person)
    return client.post("/me/details", data={"name": name, "legal_name": legal_name})


def the(email: str) -> Person:
    return db.session.scalars(select(Person).where(Person.email == email)).one()


def test_whoever_leads_and_whoever_organises_read_the_chosen_name_and_the_booker_what_was_typed(
    app, client, june, deliver, post_office
):
    booking = a_booking(june, "ada@example.org", "gil@example.org", name="Ada")
    with_typed_name = place_path(booking.places[1])
    call_oneself(app, the("gil@example.org"), "Sol")
    deliver()
    sign_in(client, the("mira@example.org"))

    led = client.get("/facilitate/june-retreat/").text
    sign_in(client, a_person("otto@example.org", role="organiser"))
    organised = client.get(f"/organise/gatherings/june-retreat/registrations/{booking.reference}").text
    own, bookers = client.get(with_typed_name).text, client.get(registration_path(booking)).text

    assert ("Sol" in led, "Sol" in organised, "Sol, you have a place" in own) == (True, True, True)
    assert "Sol" not in bookers


def test_a_name_that_was_chosen_before_is_not_told_to_whoever_books_for_them(app, client, june, deliver, post_office):
    call_oneself(app, a_person("gil@example.org", name="Gil"), "Sol")

    booking = a_booking(june, "ada@example.org", "gil@example.org")
    deliver()

    to_gil, to_ada = (
        "".join(each.text for each in post_office.letters if each.to == f"{who}@example.org") for who in ("gil", "ada")
    )
    assert ("Dear Sol," in to_gil, "Gil" in to_gil) == (True, False)
    assert "Sol" not in to_ada + client.get(registration_path(booking)).text


def test_what_one_booked_oneself_follows_ones_name(app, client, june, deliver):
    booking = a_booking(june, "ada@example.org")
    call_oneself(app, the("ada@example.org"), "Adão")
    deliver()

    assert db.session.scalars(select(Place.name)).all() == ["Adão"]
    assert "Adão" in client.get(registration_path(booking)).text


def test_names_that_others_type_later_do_not_count(app, june):
    call_oneself(app, a_person("ada@example.org"), "Adão")

    a_booking(june, "ada@example.org", name="Ada")

    assert the("ada@example.org").name == "Adão"
    assert db.session.scalars(select(Place)).one().called == "Adão"


def test_the_name_in_the_papers_is_sealed_and_shown_on_a_page_of_its_own_only(app, client, june):
    saved = call_oneself(app, a_person("ada@example.org"), "Adão", "Ada Maria dos Reis")
    sign_in(client, a_person("otto@example.org", role="organiser"))
    ada = the("ada@example.org")

    record = client.get(f"/organise/people/{ada.id}/").text
    needed = client.get(f"/organise/people/{ada.id}/legal-name").text

    assert saved.status_code == 303
    assert "dos Reis" not in record + client.get("/organise/people/").text
    assert "The name in their papers" in record
    assert "Ada Maria dos Reis" in needed
    stored = db.session.execute(text("SELECT legal_name_sealed FROM person WHERE email = 'ada@example.org'")).scalar()
    assert b"Reis" not in bytes(stored)


def test_nobody_is_called_nothing_and_the_same_name_twice_is_one(app):
    ada = a_person("ada@example.org")

    nameless = call_oneself(app, ada, " ")
    call_oneself(app, ada, "Ada Reis", "Ada Reis")

    assert nameless.status_code == 422
    assert "Write what you want to be called." in nameless.text
    assert (the("ada@example.org").name, the("ada@example.org").legal_name) == ("Ada Reis", None)
