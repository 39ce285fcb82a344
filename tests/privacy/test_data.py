"""Ada sees what is held of her and takes it away: all of hers, nothing of anybody else's."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

from retreats import clock
from retreats.accounts.models import SignedIn
from retreats.booking.models import HouseNote, Place
from retreats.db import db, new_id, writing
from retreats.outbox.worker import run_everything
from retreats.privacy import words
from tests.house import a_booking, a_gathering, a_person, sign_in
from tests.privacy import a_life


def keys_of(value: object) -> set[str]:
    """Every name that an export gives something."""
    if isinstance(value, dict):
        return set(value) | {key for each in value.values() for key in keys_of(each)}
    return {key for each in value for key in keys_of(each)} if isinstance(value, list) else set()


def unpacked(answer) -> tuple[dict, str]:
    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        assert sorted(file.namelist()) == ["data.html", "data.json"]
        return json.loads(file.read("data.json")), file.read("data.html").decode()


def test_ada_takes_everything_away_and_nothing_of_bo(app, client, post_office) -> None:
    ada = a_life.live(client)
    a_booking(a_gathering(slug="free"), a_life.EMAIL)
    bo = a_booking(a_gathering(slug="of-bo"), "bo@example.org", name="Bo Secret")
    with writing() as session:
        note = HouseNote(id=new_id(), registration_id=bo.id, written_by_id=ada.id, written_at=clock.now())
        note.text = "Bo is afraid of dogs"
        session.add(note)
    run_everything()

    answer = client.post("/me/data/download")
    found, readable = unpacked(answer)

    assert answer.headers["Cache-Control"] == "no-store"
    assert found["person"]["email"] == a_life.EMAIL
    assert [each["agreed_minor"] for each in found["bookings"]] == [960_00, 0]
    assert found["bookings"][0]["money"][0]["amount_minor"] == 960_00
    assert [each["answers"] for each in found["places"] if each["answers"]] == [
        [{"question": "What do you eat?", "answer": a_life.CANARY}]
    ]
    for part in ("intentions", "notes_to_oneself", "needs", "signed", "about_health", "told_to_care_contact", "reflections", "notes_of_the_house",
                 "waiting_lists", "introduction"):  # fmt: skip
        assert a_life.CANARY in json.dumps(found[part]), part
    assert {each["kind"] for each in found["letters"]} >= {"booking.confirmation", "feedback.intention"}
    assert found["history"][0]["what"] == "RegistrationHeld"
    assert [each["who"] for each in found["who_looked"]] == [f"Ada {a_life.CANARY}", "Cleo-Past"]
    for theirs in ("bo@example.org", "Bo Secret", "afraid of dogs", bo.reference):
        assert theirs not in json.dumps(found)
        assert theirs not in readable
    with app.test_request_context():
        assert keys_of(found) - words._words().keys() == set()
    assert f"Ada {a_life.CANARY}" in readable
    assert "What you asked for" in readable
    del post_office


def test_the_page_says_how_much_is_held_and_who_looked(client, post_office) -> None:
    del post_office
    a_life.live(client)

    page = client.get("/me/data/").text
    in_portuguese = client.get("/me/data/?lang=pt").text

    assert "1 booking" in page
    assert "1 answer" in page
    assert "Cleo-Past" in page
    assert "what you told the care contact" in page
    assert "1 inscrição" in in_portuguese


def test_a_download_needs_a_fresh_sign_in_and_is_kept_nowhere(client) -> None:
    sign_in(client, a_person("ada@example.org"))
    assert client.post("/me/data/download").status_code == 200
    with writing() as session:
        session.query(SignedIn).update({"began_at": clock.real_now() - timedelta(minutes=16)})

    answer = client.post("/me/data/download")

    assert (answer.status_code, answer.location) == (303, "/me/data/?again=yes")
    assert client.get("/me/data/download").status_code == 405


def test_looking_costs_the_same_for_one_booking_and_for_thirty(client, statements) -> None:
    ada = a_person("ada@example.org")
    sign_in(client, ada)
    a_booking(a_gathering(slug="g-0"), "ada@example.org")
    client.get("/me/data/")
    with statements() as few:
        client.get("/me/data/")
    for number in range(1, 30):
        a_booking(a_gathering(slug=f"g-{number}"), "ada@example.org")
    with statements() as many:
        client.get("/me/data/")

    assert db.session.query(Place).count() == 30
    assert len(many) == len(few)
