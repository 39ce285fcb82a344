"""What organisers and facilitators see of the bookings of one gathering."""

from __future__ import annotations

from datetime import timedelta

import pytest

from retreats import clock, events
from retreats.booking import organising, telling
from retreats.booking import service as booking
from retreats.booking.models import Answer, LedgerEntry, Place
from retreats.db import db, new_id, writing
from retreats.events import DomainEvent
from retreats.outbox.deliver import run_due
from retreats.outbox.models import Event
from retreats.questions import queries as questions
from tests.catalogue.organise import fields, otto
from tests.house import a_booking, a_facilitator, a_gathering, a_person, sign_in

HERE = "/organise/gatherings/june-retreat"


def paid(registration, *movements: tuple[str, int]) -> None:
    with writing() as session:
        for kind, amount in movements:
            session.add(LedgerEntry(id=new_id(), registration_id=registration.id, kind=kind, amount_minor=amount,
                                    currency="EUR", provider_ref=f"{kind}-{new_id()}", entered_at=clock.now()))  # fmt: skip


def events_called(name: str) -> list[Event]:
    return db.session.query(Event).filter_by(name=name).all()


def test_otto_sees_who_booked_what_is_owed_and_who_waits(client):
    otto(client)
    gathering = a_gathering(price=480_00)
    ada, bo = a_booking(gathering, "ada@example.org", "carl@example.org"), a_booking(gathering, "bo@example.org")
    paid(ada, ("captured", 960_00), ("refunded", -100_00))
    with writing():
        booking.join_waiting_list(
            gathering.id, name="Dora", email="dora@example.org", party=2, note="Vegan", language="en"
        )

    page = client.get(f"{HERE}/registrations").text

    for word in ("Ada", "Carl", "Bo", "Dora", "Vegan", "kept, not paid yet"):
        assert word in page
    assert organising.sums_of(gathering.id) == organising.Sums(agreed=1440_00, captured=960_00, refunded=100_00, lost=0)
    assert f"{HERE}/registrations/{bo.reference}" in page


def test_a_hold_that_nobody_has_noticed_is_over_reads_as_lapsed(client):
    otto(client)
    a_booking(a_gathering(price=480_00), "ada@example.org")
    clock.move_to(clock.now() + timedelta(minutes=31))

    assert "lapsed, not paid in time" in client.get(f"{HERE}/registrations").text


def test_a_registration_tells_its_history_and_its_letters_but_opens_no_link(client):
    otto(client)
    ada = a_booking(a_gathering(), "ada@example.org")
    run_due("house")

    page = client.get(f"{HERE}/registrations/{ada.reference}").text

    assert "Confirmed." in page
    assert "A letter was written: " in page
    assert "key=" not in page


def test_every_event_of_a_registration_has_its_sentence():
    named = {name for name, kind in DomainEvent.known.items() if "registration_id" in kind.__dataclass_fields__}

    assert named == set(telling.SENTENCES)
    assert named <= set(vars(events))


def test_a_registration_of_another_gathering_is_not_there(client):
    otto(client)
    a_gathering()
    elsewhere = a_booking(a_gathering(slug="july-circle"), "ada@example.org")

    assert client.get(f"{HERE}/registrations/{elsewhere.reference}").status_code == 404
    assert client.post(f"{HERE}/registrations/{elsewhere.reference}/link").status_code == 404


def test_the_link_goes_to_the_booker_once_more(client):
    otto(client)
    ada = a_booking(a_gathering(), "ada@example.org")

    client.post(f"{HERE}/registrations/{ada.reference}/link")

    assert [each.registration_id for each in events_called("BookingLinkAsked")] == [ada.id]


def test_the_list_costs_the_same_with_one_registration_and_with_thirty(client, statements):
    otto(client)
    gathering = a_gathering(places=40)
    a_booking(gathering, "ada@example.org")
    with statements() as few:
        client.get(f"{HERE}/registrations")
    for number in range(29):
        a_booking(gathering, f"p{number}@example.org")

    with statements() as many:
        client.get(f"{HERE}/registrations")

    assert len(many) == len(few)


def mira_leads(client, **more):
    mira = a_facilitator("mira@example.org")
    gathering = a_gathering(facilitator=mira, **more)
    sign_in(client, a_person("mira@example.org"))
    return gathering


def test_mira_sees_who_comes_and_what_they_answered_and_no_address(client, another_client):
    gathering = mira_leads(client)
    otto(another_client)
    another_client.post(f"{HERE}/questions", data={
        "version": "0", "q-rows": "1", "q0-label_en": "What do you eat?", "q0-label_pt": "O que come?", "q0-kind": "choice",
        "q0-options": "Everything | Tudo\nNo meat, please | Sem carne",
    })  # fmt: skip
    asked = questions.questions_of(gathering.id, "intake")
    ada = a_booking(gathering, "ada@example.org")
    with writing() as session:
        answer = Answer(id=new_id(), place_id=ada.places[0].id, question_id=asked[0].id)
        answer.text = asked[0].options[1]["value"]
        session.add(answer)
    a_booking(a_gathering(slug="july-circle"), "bo@example.org")

    page = client.get("/facilitate/june-retreat/").text

    for word in ("Ada", "What do you eat?", "No meat, please"):
        assert word in page
    assert "ada@example.org" not in page
    assert "Bo" not in page
    assert 'href="/facilitate/june-retreat/health"' in page
    another_client.post("/organise/gatherings/june-retreat/cancel", data={"because_en": "Rain."})
    off = client.get("/facilitate/june-retreat/").text
    assert ("This gathering is cancelled." in off, "Nobody has booked" in off) == (True, False)


def test_an_answer_to_an_earlier_wording_is_still_read(client, another_client):
    gathering = mira_leads(client)
    otto(another_client)
    first = {"version": "0", "q-rows": "1", "q0-label_en": "Allergies?", "q0-label_pt": "Alergias?", "q0-kind": "short"}
    another_client.post(f"{HERE}/questions", data=first)
    asked = questions.questions_of(gathering.id, "intake")[0]
    ada = a_booking(gathering, "ada@example.org")
    with writing() as session:
        answer = Answer(id=new_id(), place_id=ada.places[0].id, question_id=asked.id)
        answer.text = "Nuts"
        session.add(answer)

    another_client.post(
        f"{HERE}/questions", data=first | {"version": "1", "q0-key": asked.key, "q0-label_en": "Any allergies?"}
    )

    assert questions.version_of(gathering.id, "intake") == 2
    assert "Nuts" in client.get("/facilitate/june-retreat/").text


def test_attendance_ends_in_the_state_that_the_button_named(client):
    gathering = mira_leads(client)
    place = a_booking(gathering, "ada@example.org").places[0]
    address = f"/facilitate/june-retreat/places/{place.reference}/attendance"
    too_early = client.post(address, data={"presence": "missed"})
    clock.move_to(gathering.starts_at + timedelta(hours=1))

    for presence in ("missed", "missed", "attended", "nonsense"):
        client.post(address, data={"presence": presence})

    assert too_early.status_code == 409
    assert db.session.get_one(Place, place.id).presence == "attended"
    assert [each.payload["presence"] for each in events_called("AttendanceMarked")] == ["missed", "attended"]


def test_mira_marks_nobody_of_another_gathering(client):
    mira_leads(client)
    elsewhere = a_booking(a_gathering(slug="july-circle"), "bo@example.org").places[0]

    assert client.post(f"/facilitate/june-retreat/places/{elsewhere.reference}/attendance").status_code == 404
    assert client.post(f"/facilitate/july-circle/places/{elsewhere.reference}/attendance").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"q0-label_pt": ""}, "Ask it in both languages."),
        ({"q0-kind": "choice", "q0-options": "Only one | Só uma"}, "at least two choices"),
    ],
)
def test_questions_with_a_mistake_come_back_as_they_were_typed(client, wrong, sentence):
    otto(client)
    a_gathering()
    typed = {
        "version": "0",
        "q-rows": "1",
        "q0-label_en": "Typed and kept",
        "q0-label_pt": "Escrito",
        "q0-kind": "short",
    }

    answer = client.post(f"{HERE}/questions", data=typed | wrong)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Typed and kept" in answer.text


def test_of_two_organisers_who_change_the_questions_the_slower_sees_both(client, another_client):
    otto(client)
    sign_in(another_client, a_person("olga@example.org", role="organiser"))
    gathering = a_gathering()
    opened = fields(client.get(f"{HERE}/questions").text)
    one = {"q-rows": "1", "q0-label_en": "Olga asks", "q0-label_pt": "A Olga pergunta", "q0-kind": "short"}
    another_client.post(f"{HERE}/questions", data=opened | one)

    late = client.post(f"{HERE}/questions", data=opened | one | {"q0-label_en": "Otto asks"})
    again = client.post(f"{HERE}/questions", data=fields(late.text))

    assert late.status_code == 409
    assert "Olga asks" in late.text
    assert again.status_code == 303
    assert questions.questions_of(gathering.id, "intake")[0].label["en"] == "Otto asks"


def test_questions_saved_unchanged_stay_the_version_they_are(client):
    otto(client)
    gathering = a_gathering()
    one = {"version": "0", "q-rows": "1", "q0-label_en": "A | B?", "q0-label_pt": "A ou B?", "q0-kind": "many",
           "q0-options": "A, of course | A\nB | B", "q0-required": "yes"}  # fmt: skip
    client.post(f"{HERE}/questions", data=one)

    for _time in range(3):
        client.post(f"{HERE}/questions", data=fields(client.get(f"{HERE}/questions").text))

    assert questions.version_of(gathering.id, "intake") == 1
    assert [each["value"] for each in questions.questions_of(gathering.id, "intake")[0].options] == ["a_of_course", "b"]
