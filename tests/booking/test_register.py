"""Ada books, Bo is late."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from retreats import clock, create_app
from retreats.booking.addresses import registration_key, registration_path
from retreats.booking.models import Place, Registration, WaitingEntry
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.mail.models import Letter
from retreats.web import limiter
from tests.conftest import browser_of, settings
from tests.house import a_booking, a_gathering, places, registrations, terms


def form(gathering: Gathering, *guests: tuple[str, str], key: str = "one form", **more: str) -> dict[str, str]:
    """The booking form, filled in."""
    sent = {"key": key, "party": str(len(guests)), "ticket": str(gathering.ticket_types[0].id), "terms": "yes", **more}
    for index, (name, email) in enumerate(guests):
        sent |= {f"name-{index}": name, f"email-{index}": email}
    return sent


def register(client: FlaskClient, gathering: Gathering, email: str = "ada@example.org", **more: Any) -> Any:
    """Somebody sends the form for one."""
    name = email.partition("@")[0].title()
    return client.post(f"/gatherings/{gathering.slug}/register", data=form(gathering, (name, email), **more))


def kinds() -> list[str]:
    """Which letters about booking were written."""
    return sorted(letter.kind for letter in db.session.query(Letter) if letter.kind.startswith("booking."))


def test_a_free_place_is_confirmed_at_once(client: FlaskClient) -> None:
    gathering = a_gathering(price=0)

    answer = register(client, gathering)

    [registration] = registrations(gathering)
    assert answer.status_code == 303
    assert answer.location == registration_path(registration)
    assert (registration.state, [place.state for place in registration.places]) == ("confirmed", ["confirmed"])
    assert "Your place is confirmed" in client.get(answer.location).text


def test_a_place_that_costs_is_held_for_thirty_minutes(client: FlaskClient) -> None:
    gathering = a_gathering(price=48_000)

    answer = register(client, gathering)

    [registration] = registrations(gathering)
    assert answer.location.startswith(f"/pay/{registration.reference}?key=")
    assert (registration.state, registration.agreed_minor, registration.hold_until) == (
        "held",
        48_000,
        clock.now() + timedelta(minutes=30),
    )


def test_the_last_place_goes_to_one_person(client: FlaskClient) -> None:
    gathering = a_gathering(places=1)
    register(client, gathering, "ada@example.org")

    answer = register(client, gathering, "bo@example.org", key="another form")

    assert answer.status_code == 409
    assert "bo@example.org" in answer.text
    assert "/wait" in answer.text
    assert [place.email for place in places(gathering)] == ["ada@example.org"]


def test_a_party_is_never_split(client: FlaskClient) -> None:
    gathering = a_gathering(places=2)
    register(client, gathering, "ada@example.org")
    couple = form(gathering, ("Bo", "bo@example.org"), ("Cy", ""), key="for two")

    answer = client.post(f"/gatherings/{gathering.slug}/register", data=couple)

    assert answer.status_code == 409
    assert db.session.get_one(Gathering, gathering.id).taken == 1


def test_the_same_form_twice_is_one_booking(client: FlaskClient) -> None:
    gathering = a_gathering()

    first, second = register(client, gathering), register(client, gathering)

    assert first.location == second.location
    assert len(registrations(gathering)) == 1


def test_one_person_books_from_two_devices(client: FlaskClient, another_client: FlaskClient, deliver: Any) -> None:
    gathering = a_gathering()
    register(client, gathering, key="on the phone")
    deliver()

    answer = register(another_client, gathering, key="on the laptop")
    deliver()

    assert answer.status_code == 409
    assert "There is a booking already" in answer.text
    assert len(registrations(gathering)) == 1
    assert db.session.query(Letter).filter_by(kind="booking.link_again").count() == 1


def test_nobody_learns_of_more_than_six_bookings_an_hour_from_one_network(
    client: FlaskClient, counted: FlaskClient
) -> None:
    gathering, circle = a_gathering(places=20), a_gathering(slug="circle", places=20)
    for number in range(7):
        register(client, gathering, f"p{number}@example.org", key=f"theirs {number}")

    booked = [register(counted, circle, f"q{n}@example.org", key=f"q{n}").status_code for n in range(8)]
    asked = [register(counted, gathering, f"p{n}@example.org", key=f"x{n}").status_code for n in range(6)]
    over = register(counted, gathering, "p6@example.org", key="x6")

    assert (booked, asked, over.status_code) == ([303] * 8, [409] * 6, 429)
    assert re.search(r"Wait \d+ minutes and try again", over.text)
    assert 60 < int(over.headers["Retry-After"]) <= 3601
    assert "There is a booking already" not in over.text
    assert counted.get(f"/gatherings/{gathering.slug}/register").status_code == 200


@pytest.fixture
def counted(app: Flask) -> Iterator[FlaskClient]:
    """Somebody's browser in the same house, where it is counted how often one network asks."""
    house = create_app(
        **settings(app.config["SQLALCHEMY_DATABASE_URI"], app.config["VAR_DIR"], TESTING=False, DEMO=True)
    )
    try:
        with house.app_context():
            yield browser_of(house)
            db.session.remove()
            db.engine.dispose()
    finally:
        limiter.enabled = False


def test_a_companion_without_an_address_is_reached_through_ada(client: FlaskClient, deliver: Any) -> None:
    gathering = a_gathering()

    client.post(f"/gatherings/{gathering.slug}/register", data=form(gathering, ("Ada", "ada@example.org"), ("Cy", "")))
    deliver()

    assert [(place.name, place.email, place.state) for place in places(gathering)] == [
        ("Ada", "ada@example.org", "confirmed"),
        ("Cy", None, "confirmed"),
    ]
    assert kinds() == ["booking.confirmation"]


def test_a_companion_with_an_address_gets_a_letter_of_their_own(client: FlaskClient, deliver: Any) -> None:
    gathering = a_gathering()
    a_booking(gathering, "ada@example.org", "bo@example.org")

    deliver()

    assert kinds() == ["booking.confirmation", "booking.place_confirmation"]


def test_a_form_with_mistakes_comes_back_with_everything_kept(client: FlaskClient) -> None:
    gathering = a_gathering()
    wrong = form(gathering, ("Ada", "ada at example"), ("", "bo@example.org"))

    answer = client.post(f"/gatherings/{gathering.slug}/register", data=wrong)

    assert answer.status_code == 422
    assert "ada at example" in answer.text
    assert "bo@example.org" in answer.text
    assert "does not look like a mail address" in answer.text
    assert registrations(gathering) == []


def test_the_terms_must_be_accepted_and_their_version_is_kept(client: FlaskClient) -> None:
    gathering, in_force = a_gathering(), terms()

    without = register(client, gathering)
    accepted = register(client, gathering, terms_id=str(in_force.id))

    [registration] = registrations(gathering)
    assert (without.status_code, accepted.status_code) == (422, 303)
    assert registration.terms_id == in_force.id
    assert registration.promise_id is not None


def test_somebody_may_be_added_without_losing_a_word(client: FlaskClient) -> None:
    gathering = a_gathering()

    answer = client.post(
        f"/gatherings/{gathering.slug}/register", data=form(gathering, ("Ada", "ada@example.org"), more="1")
    )

    assert answer.status_code == 200
    assert "ada@example.org" in answer.text
    assert 'name="name-1"' in answer.text


def test_a_full_gathering_keeps_the_wish_on_a_waiting_list(client: FlaskClient, deliver: Any) -> None:
    gathering = a_gathering(places=1)
    register(client, gathering)

    answer = client.post(
        f"/gatherings/{gathering.slug}/wait", data={"name": "Bo", "email": "Bo@example.org", "party": "2", "note": "…"}
    )
    deliver()

    assert answer.status_code == 303
    [entry] = db.session.query(WaitingEntry).all()
    assert (entry.name, entry.email, entry.party) == ("Bo", "bo@example.org", 2)
    assert db.session.query(Letter).filter_by(kind="booking.waiting").count() == 1


def test_a_lapsed_hold_counts_as_free_although_no_worker_runs(client: FlaskClient) -> None:
    gathering = a_gathering(places=1, price=10_000)
    register(client, gathering, "ada@example.org")
    clock.move_to(clock.now() + timedelta(minutes=31))

    answer = register(client, gathering, "bo@example.org", key="bo's")

    assert answer.status_code == 303
    assert sorted((place.email, place.state) for place in places(gathering)) == [
        ("ada@example.org", "lapsed"),
        ("bo@example.org", "held"),
    ]


def test_a_draft_cannot_be_booked(client: FlaskClient) -> None:
    gathering = a_gathering()
    db.session.get_one(Gathering, gathering.id).state = "draft"
    db.session.commit()

    assert register(client, gathering).status_code == 404


def test_a_wrong_key_is_answered_like_an_unknown_booking(client: FlaskClient) -> None:
    registration = a_booking(a_gathering(), "ada@example.org")

    foreign = client.get(f"/registrations/{registration.reference}?key=wrong")
    unknown = client.get("/registrations/NOSUCHTHING?key=wrong")

    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.text.replace(registration.reference, "") == unknown.text.replace("NOSUCHTHING", "")


def test_cancelling_one_place_keeps_the_other(client: FlaskClient, deliver: Any) -> None:
    gathering = a_gathering()
    registration = a_booking(gathering, "ada@example.org", "bo@example.org")
    deliver()
    bo = places(gathering)[1]
    key = registration_path(registration).partition("key=")[2]

    answer = client.post(f"/registrations/{registration.reference}/cancel", data={"key": key, "place": [bo.reference]})
    deliver()

    assert answer.status_code == 303
    assert [place.state for place in places(gathering)] == ["confirmed", "cancelled"]
    assert db.session.get_one(Registration, registration.id).state == "confirmed"
    assert db.session.get_one(Gathering, gathering.id).taken == 1
    assert kinds() == [
        "booking.cancellation",
        "booking.confirmation",
        "booking.place_cancellation",
        "booking.place_confirmation",
    ]


def test_a_place_of_another_booking_among_ones_own_refuses_them_all(client: FlaskClient) -> None:
    registration = a_booking(a_gathering(), "ada@example.org", "bo@example.org")
    cara = a_booking(a_gathering(slug="circle"), "cara@example.org").places[0]
    key = registration_path(registration).partition("key=")[2]

    mixed = client.post(f"/registrations/{registration.reference}/cancel",
                        data={"key": key, "place": [registration.places[0].reference, cara.reference]})  # fmt: skip

    assert (mixed.status_code, "cara" in mixed.text.lower()) == (404, False)
    assert {each.state for each in db.session.query(Place)} == {"confirmed"}


def _give_back(client: FlaskClient, registration: Registration, *whose: Place) -> None:
    key, path = registration_key(registration), f"/registrations/{registration.reference}/cancel"
    client.post(path, data={"key": key, "place": [each.reference for each in whose]})


def test_a_place_given_back_while_the_others_are_held_is_free_once_and_not_twice(client: FlaskClient) -> None:
    gathering = a_gathering(price=10_000)
    registration = a_booking(gathering, "ada@example.org", "bo@example.org")
    _give_back(client, registration, places(gathering)[1])
    clock.move_to(clock.now() + timedelta(minutes=31))

    register(client, gathering, "cy@example.org", key="cy's")

    assert sorted(place.state for place in places(gathering)) == ["cancelled", "held", "lapsed"]
    assert db.session.get_one(Gathering, gathering.id).taken == 1
