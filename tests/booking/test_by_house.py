"""Otto books for somebody who calls: the same places and the same rules, other ways to pay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from retreats import clock
from retreats.booking import service as booking
from retreats.booking.addresses import registration_path
from retreats.booking.models import Registration, WaitingEntry
from retreats.catalogue.models import Gathering
from retreats.db import db, writing
from retreats.outbox.models import Event
from tests.catalogue.organise import fields, otto
from tests.house import a_booking, a_gathering, registrations, terms
from tests.smtp_server import PostOffice

pytestmark = pytest.mark.slow

Deliver = Callable[[], int]
FORM = "/organise/gatherings/june-retreat/book"


def call(client: FlaskClient, **typed: Any) -> Any:
    """Ada calls: the form as it is opened, filled in with what she says."""
    form = fields(client.get(FORM).text)
    said = {"name-0": "Ada", "email-0": "ada@example.org", "pays_by": "transfer"}
    return client.post(FORM, data=form | said | {name.replace("__", "-"): value for name, value in typed.items()})


def fresh(gathering: Gathering) -> list[Registration]:
    db.session.remove()
    return registrations(gathering)


@pytest.mark.parametrize(
    ("typed", "state", "owed", "letter"),
    [
        ({"pays_by": "link"}, "held", 480_00, "kept until you have paid"),
        ({"pays_by": "transfer"}, "held", 480_00, "kept until you have paid"),
        ({"pays_by": "cash", "confirms": "yes"}, "confirmed", 480_00, "Your place is confirmed"),
        ({"pays_by": "free"}, "confirmed", 0, "Your place is confirmed"),
    ],
)
def test_whoever_calls_has_a_place_and_a_letter(
    client: FlaskClient, deliver: Deliver, post_office: PostOffice, typed: dict[str, str], state: str, owed: int,
    letter: str,
) -> None:  # fmt: skip
    person = otto(client)
    gathering = a_gathering(price=480_00)

    answer = call(client, **typed)
    deliver()

    [ada] = fresh(gathering)
    assert answer.location.endswith(f"/registrations/{ada.reference}?done=booked")
    assert (ada.state, booking.owed(ada), ada.booker.email) == (state, owed, "ada@example.org")
    assert ada.hold_until == (clock.now() + timedelta(days=3) if state == "held" else None)
    assert letter in post_office.letters[0].subject
    [event] = db.session.query(Event).filter_by(name="BookedByHouse").all()
    assert (event.actor_id, event.payload["pays_by"]) == (person.id, typed["pays_by"])
    assert client.get(registration_path(ada)).status_code == 200
    history = client.get(answer.location).text
    assert ("Booked by the house" in history, "A letter was written: " in history) == (True, True)


def test_the_form_sent_twice_books_once(client: FlaskClient) -> None:
    otto(client)
    gathering = a_gathering()
    form = fields(client.get(FORM).text) | {"name-0": "Ada", "email-0": "ada@example.org", "pays_by": "cash"}

    answers = [client.post(FORM, data=form) for _time in range(2)]

    [ada] = fresh(gathering)
    assert {each.location for each in answers} == {
        f"/organise/gatherings/june-retreat/registrations/{ada.reference}?done=booked"
    }


def test_what_is_missing_is_said_and_what_was_typed_is_kept(client: FlaskClient) -> None:
    otto(client)
    gathering = a_gathering(price=480_00)
    in_force = terms()

    answer = call(client, name__0="Typed and kept", email__0="nothing", until="2027-02-01T10:00", pays_by="link",
                  confirms="yes", terms_id=str(in_force.id))  # fmt: skip

    assert answer.status_code == 422
    for words in ("Typed and kept", "2027-02-01T10:00", "still to come", "Only what is paid in cash or by transfer",
                  "Read the terms out", "does not look like a mail address"):  # fmt: skip
        assert words in answer.text
    assert fresh(gathering) == []


def test_the_terms_that_were_read_out_stand_on_the_booking(client: FlaskClient) -> None:
    otto(client)
    gathering = a_gathering()
    in_force = terms()

    call(client, terms="yes")

    [ada] = fresh(gathering)
    assert (ada.terms_id, ada.read_out_at) == (in_force.id, clock.now())
    assert "terms that were read out to you (version 1)" in client.get(registration_path(ada)).text


def test_the_house_books_before_it_opens_and_after_it_has_closed_but_never_more_than_there_are(
    client: FlaskClient,
) -> None:
    otto(client)
    gathering = a_gathering(places=2, booking_opens_at=clock.now() + timedelta(days=1))
    before = call(client)
    with writing() as session:
        session.get_one(Gathering, gathering.id).booking_closes_at = clock.now() - timedelta(hours=1)
        session.get_one(Gathering, gathering.id).booking_opens_at = None
    after = call(client, email__0="bo@example.org")

    full = call(client, name__0="Carl, kept", email__0="carl@example.org")

    assert (before.status_code, after.status_code, full.status_code) == (303, 303, 409)
    assert "There are not enough places left" in full.text
    assert "Carl, kept" in full.text
    assert len(fresh(gathering)) == 2


def test_nobody_is_booked_twice_or_for_what_has_begun(client: FlaskClient) -> None:
    otto(client)
    gathering = a_gathering()
    a_booking(gathering, "ada@example.org")
    a_gathering(slug="last-week", starts_at=clock.now() - timedelta(hours=1))

    twice = call(client)
    begun = client.get(FORM.replace("june-retreat", "last-week"))

    assert twice.status_code == 409
    assert "has a place in this gathering already" in twice.text
    assert "Nobody can be booked for this gathering" in begun.text
    assert len(fresh(gathering)) == 1


def test_somebody_who_comes_along_has_room_on_the_form_and_leaves_the_waiting_list(client: FlaskClient) -> None:
    otto(client)
    gathering = a_gathering()
    with writing():
        booking.join_waiting_list(gathering.id, name="Bo", email="bo@example.org", party=1, note="", language="en")
    more = call(client, more="1")

    answer = client.post(FORM, data=fields(more.text) | {"name-1": "Bo", "email-1": "bo@example.org"})

    assert 'value="Ada"' in more.text
    assert answer.status_code == 303
    [ada] = fresh(gathering)
    assert [each.name for each in ada.places] == ["Ada", "Bo"]
    assert db.session.query(WaitingEntry).one().left_at == clock.now()
