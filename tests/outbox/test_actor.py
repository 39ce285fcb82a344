"""Who of the house did it: noted beside the event, and never where somebody acts by an own link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient

from retreats import clock
from retreats.booking.addresses import registration_key
from retreats.db import db
from retreats.outbox.models import Event
from tests.catalogue.organise import a_draft, otto, send
from tests.house import a_booking, a_facilitator, a_gathering, a_person, places, sign_in


def who_did(name: str) -> list[int | None]:
    """The persons noted beside these events, in order."""
    db.session.remove()
    return [each.actor_id for each in db.session.query(Event).filter_by(name=name).order_by(Event.position)]


def test_what_otto_does_is_noted_with_otto_and_what_follows_by_itself_is_not(
    client: FlaskClient, deliver: Callable[[], int]
) -> None:
    person = otto(client)
    gathering = a_gathering()
    ada = a_booking(gathering, "ada@example.org")

    client.post(f"/organise/gatherings/june-retreat/registrations/{ada.reference}/link")
    client.post("/organise/gatherings/june-retreat/cancel", data={"because_en": "Ill", "because_pt": "Doente"})
    deliver()

    assert who_did("BookingLinkAsked") == [person.id]
    assert who_did("GatheringCancelled") == [person.id]
    assert who_did("PlaceCancelled") == [None]
    assert who_did("RegistrationConfirmed") == [None]
    assert set(who_did("LetterWritten")) == {None}


def test_each_part_of_a_draft_tells_who_wrote_it(client: FlaskClient) -> None:
    person = otto(client)
    slug = a_draft(client)

    send(client, slug, "words", summary_en="Two quiet days")

    drafted = db.session.query(Event).filter_by(name="GatheringDrafted").order_by(Event.position).all()
    assert [(each.payload["part"], each.actor_id) for each in drafted] == [("", person.id), ("words", person.id)]


def test_mira_who_marks_attendance_is_noted(client: FlaskClient) -> None:
    gathering = a_gathering(facilitator=a_facilitator("mira@example.org"))
    mira = a_person("mira@example.org")
    a_booking(gathering, "ada@example.org")
    clock.move_to(gathering.starts_at + timedelta(hours=1))
    sign_in(client, mira)

    client.post(
        f"/facilitate/june-retreat/places/{places(gathering)[0].reference}/attendance", data={"presence": "missed"}
    )

    assert who_did("AttendanceMarked") == [mira.id]


def test_otto_who_gives_back_his_own_place_by_his_own_link_is_nobody_of_the_house(client: FlaskClient) -> None:
    otto(client)
    gathering = a_gathering()
    own = a_booking(gathering, "otto@example.org")

    client.post(
        f"/registrations/{own.reference}/cancel",
        data={"key": registration_key(own), "place": places(gathering)[0].reference},
    )
    client.post("/me/reflections")

    assert who_did("PlaceCancelled") == [None]
    assert who_did("ReflectionLinkAsked") == [None]
