"""Otto works with one registration: he corrects, keeps, confirms, cancels, writes again, notes, and the history tells it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from retreats import clock
from retreats.booking import service as booking
from retreats.booking.addresses import place_path, registration_path
from retreats.booking.models import HouseNote, LedgerEntry, Place, Registration
from retreats.catalogue.models import Gathering
from retreats.db import db, new_id, writing
from retreats.mail.models import Letter
from retreats.outbox.models import Event
from tests.catalogue.organise import fields, otto
from tests.house import a_booking, a_gathering, a_person, places, sign_in
from tests.smtp_server import PostOffice

pytestmark = pytest.mark.slow

Deliver = Callable[[], int]
HERE = "/organise/gatherings/june-retreat/registrations"


def fresh(registration: Registration) -> Registration:
    """As it stands now."""
    db.session.remove()
    return db.session.get_one(Registration, registration.id)


def page(client: FlaskClient, registration: Registration, part: str = "") -> str:
    """One of its pages, which has to be there."""
    answer = client.get(f"{HERE}/{registration.reference}{part}")
    assert answer.status_code == 200, answer.text
    return answer.text


def press(client: FlaskClient, registration: Registration, part: str, **data: Any) -> Any:
    """Send one of its forms."""
    return client.post(f"{HERE}/{registration.reference}/{part}", data=data)


def happened(registration: Registration) -> list[str]:
    """What is written down about it but for its letters, in order."""
    rows = db.session.query(Event).filter_by(registration_id=registration.id).order_by(Event.position)
    return [each.name for each in rows if each.name != "LetterWritten"]


def written(kind: str) -> list[Letter]:
    return db.session.query(Letter).filter_by(kind=kind).order_by(Letter.written_at, Letter.id).all()


def came_in(registration: Registration, amount: int, ref: str = "capture:pi_1") -> None:
    with writing() as session:
        session.add(LedgerEntry(id=new_id(), registration_id=registration.id, kind="captured", amount_minor=amount,
                                currency="EUR", provider_ref=ref, entered_at=clock.now()))  # fmt: skip


def confirmed(gathering: Gathering, *emails: str) -> Registration:
    """Booked, paid for and confirmed."""
    registration = a_booking(gathering, *emails)
    came_in(registration, registration.agreed_minor)
    with writing():
        booking.confirm(registration.id)
    return registration


def test_names_are_corrected_and_the_history_says_who_did_it(client: FlaskClient) -> None:
    otto(client)
    ada = a_booking(a_gathering(), "ada@example.org", "bo@example.org", name="Ada Lovelase")
    mine, bos = places(ada.gathering)
    changed = {f"was-name-{mine.reference}": mine.name, f"name-{mine.reference}": "Ada Lovelace"}

    answer = press(client, ada, "names", **changed)
    press(client, ada, "names", **changed)

    assert answer.location.endswith("?done=names")
    assert [each.name for each in fresh(ada).places] == ["Ada Lovelace", bos.name]
    assert fresh(ada).booker.name == "Ada Lovelace"
    assert happened(ada).count("AttendeeRenamed") == 1
    told = page(client, ada)
    assert "The name of Ada Lovelace was corrected." in told
    assert "Otto" in told


def test_a_name_left_empty_comes_back_with_the_rest_of_what_was_typed(client: FlaskClient) -> None:
    otto(client)
    ada = a_booking(a_gathering(), "ada@example.org", "bo@example.org")
    mine, bos = places(ada.gathering)

    answer = press(client, ada, "names", **{f"name-{mine.reference}": "Typed and kept", f"name-{bos.reference}": " "})

    assert answer.status_code == 422
    assert "Typed and kept" in answer.text
    assert "We need a name" in answer.text
    assert [each.name for each in fresh(ada).places] == ["Ada", "Bo"]


def test_of_two_who_correct_the_same_name_the_slower_sees_both(
    client: FlaskClient, another_client: FlaskClient
) -> None:
    otto(client)
    sign_in(another_client, a_person("olga@example.org", role="organiser"))
    ada = a_booking(a_gathering(), "ada@example.org")
    field = f"name-{places(ada.gathering)[0].reference}"
    opened = {f"was-{field}": "Ada"}
    press(another_client, ada, "names", **opened, **{field: "Olga’s Ada"})

    late = press(client, ada, "names", **opened, **{field: "Otto’s Ada"})

    assert late.status_code == 409
    assert "Olga’s Ada" in late.text
    assert "Otto’s Ada" in late.text
    assert fresh(ada).places[0].name == "Olga’s Ada"


def test_a_mistyped_address_is_corrected_and_the_links_sent_before_open_nothing(
    client: FlaskClient, deliver: Deliver, post_office: PostOffice
) -> None:
    otto(client)
    ada = a_booking(a_gathering(), "ada@exampel.org")
    deliver()
    before = registration_path(ada)
    post_office.empty()

    twice = [press(client, ada, "addresses", **{"was-booker": "ada@exampel.org", "booker": "ada@example.org"})
             for _time in range(2)]  # fmt: skip
    deliver()

    assert [each.status_code for each in twice] == [303, 303]
    assert (fresh(ada).booker.email, fresh(ada).places[0].email) == ("ada@example.org", "ada@example.org")
    assert client.get(before).status_code == 404
    assert client.get(registration_path(fresh(ada))).status_code == 200
    left, right = sorted(post_office.letters, key=lambda each: each.to)
    assert (right.to, left.to) == ("ada@example.org", "ada@exampel.org")
    assert b"METHOD:REQUEST" in (right.calendar or b"")
    assert b"METHOD:CANCEL" in (left.calendar or b"")
    assert "key=" not in left.text + left.html


def test_an_address_that_has_a_place_already_or_is_none_is_refused_and_nothing_is_changed(client: FlaskClient) -> None:
    otto(client)
    gathering = a_gathering()
    ada = a_booking(gathering, "ada@example.org", "carl@example.org")
    a_booking(gathering, "bo@example.org")
    carls = f"email-{ada.places[1].reference}"
    opened = {"was-booker": "ada@example.org", f"was-{carls}": "carl@example.org"}

    taken = press(client, ada, "addresses", **opened, **{"booker": "new@example.org", carls: "bo@example.org"})
    wrong = press(client, ada, "addresses", **opened, **{"booker": "no address", carls: ""})

    assert (taken.status_code, wrong.status_code) == (422, 422)
    assert "has a place in this gathering already" in taken.text
    assert 'value="new@example.org"' in taken.text
    assert 'value="no address"' in wrong.text
    assert [each.email for each in fresh(ada).places] == ["ada@example.org", "carl@example.org"]
    assert "BookerReaddressed" not in happened(ada)


def test_an_attendee_moves_to_another_address_or_is_reached_through_the_booker(
    client: FlaskClient, deliver: Deliver
) -> None:
    otto(client)
    ada = a_booking(a_gathering(), "ada@example.org", "carl@example.org")
    deliver()
    carls = f"email-{ada.places[1].reference}"
    before = place_path(ada.places[1])

    press(client, ada, "addresses", **{f"was-{carls}": "carl@example.org", carls: "karl@example.org"})
    deliver()
    moved = fresh(ada).places[1]
    press(client, ada, "addresses", **{f"was-{carls}": "karl@example.org", carls: ""})
    deliver()

    assert moved.email == "karl@example.org"
    assert client.get(before).status_code == 404
    assert (fresh(ada).places[1].email, fresh(ada).places[1].person_id) == (None, None)
    assert len(written("booking.place_readdressed")) == 1
    assert len(written("booking.left")) == 2


def test_letters_are_written_in_another_language_from_now_on(client: FlaskClient) -> None:
    otto(client)
    ada = a_booking(a_gathering(), "ada@example.org", "carl@example.org")

    for _time in range(2):
        press(client, ada, "language", language="pt", **{f"language-{ada.places[1].reference}": "en"})

    assert (fresh(ada).language, [each.language for each in fresh(ada).places]) == ("pt", ["pt", "en"])
    assert fresh(ada).booker.language == "pt"
    assert happened(ada).count("BookingLanguageChanged") == 1


def test_a_letter_goes_out_once_more_however_often_the_button_is_pressed(
    client: FlaskClient, deliver: Deliver, post_office: PostOffice
) -> None:
    otto(client)
    ada = a_booking(a_gathering(), "ada@example.org")
    deliver()
    [first] = written("booking.confirmation")
    button = f"/letters/{first.id}/again"
    assert button in page(client, ada)

    for turn in ("1", "1", "2"):
        press(client, ada, button.strip("/"), turn=turn)
        deliver()

    assert [each.subject for each in post_office.letters].count("Your place is confirmed: June retreat") == 3
    assert happened(ada).count("LetterSentAgain") == 2


def test_a_letter_that_is_no_longer_true_is_not_sent(client: FlaskClient, deliver: Deliver) -> None:
    otto(client)
    ada = a_booking(a_gathering(price=480_00), "ada@example.org")
    with writing():
        booking.keep_until(ada.id, clock.now() + timedelta(days=1))
    deliver()
    [held] = written("booking.held")
    with writing():
        booking.cancel_places(ada.id, {ada.places[0].id})

    answer = press(client, ada, f"letters/{held.id}/again", turn="1")

    assert answer.location.endswith("?done=untrue")
    assert len(written("booking.held")) == 1


def test_a_note_is_kept_sealed_for_organisers_and_can_be_deleted(client: FlaskClient) -> None:
    otto(client)
    ada = a_booking(a_gathering(), "ada@example.org")
    opened = fields(page(client, ada).partition("A note for the house")[0].rpartition("<form")[2].join(("<form", "")))

    empty = press(client, ada, "notes", note="  ", note_id=opened["note_id"])
    for _time in range(2):
        press(client, ada, "notes", note="Comes late on Friday", note_id=opened["note_id"])

    [note] = db.session.query(HouseNote).all()
    assert empty.status_code == 422
    assert b"late on Friday" not in (note.text_sealed or b"")
    told = page(client, ada)
    assert "Comes late on Friday" in told
    for _time in range(2):
        press(client, ada, f"notes/{note.id}/remove")
    assert db.session.query(HouseNote).count() == 0
    assert [each for each in happened(ada) if "Note" in each] == ["HouseNoteWritten", "HouseNoteRemoved"]
    assert "Comes late" not in page(client, ada)


def test_a_hold_is_kept_longer_and_the_person_hears_until_when(client: FlaskClient, deliver: Deliver) -> None:
    otto(client)
    ada = a_booking(a_gathering(price=480_00), "ada@example.org")

    too_early = press(client, ada, "keep", until="2027-03-01T09:10")
    for _time in range(2):
        press(client, ada, "keep", until="2027-03-05T18:00")
    deliver()

    assert too_early.status_code == 422
    assert "2027-03-01T09:10" in too_early.text
    assert str(fresh(ada).hold_until) == "2027-03-05 18:00:00+00:00"
    assert happened(ada).count("HoldExtended") == 1
    assert len(written("booking.held")) == 1
    assert "The places are kept until Friday 5 March 2027, 18:00." in page(client, ada)


def test_places_that_had_gone_back_are_kept_again_unless_somebody_has_them(client: FlaskClient) -> None:
    otto(client)
    gathering = a_gathering(price=480_00, places=1)
    ada = a_booking(gathering, "ada@example.org")
    clock.move_to(clock.now() + timedelta(hours=1))
    with writing():
        booking.lapse_due(clock.now())

    press(client, ada, "keep", until="2027-03-05T18:00")
    again = fresh(ada).state
    clock.move_to(clock.now() + timedelta(days=9))
    a_booking(gathering, "bo@example.org")
    late = press(client, ada, "confirm", pays_by="cash")

    assert again == "held"
    assert late.location.endswith("?done=full")
    assert fresh(ada).state == "lapsed"
    assert db.session.get_one(Gathering, gathering.id).taken == 1


def test_places_are_confirmed_knowing_that_they_are_not_paid_for(client: FlaskClient, deliver: Deliver) -> None:
    otto(client)
    ada = a_booking(a_gathering(price=480_00), "ada@example.org")

    for _time in range(2):
        press(client, ada, "confirm", pays_by="cash")
    deliver()

    assert (fresh(ada).state, fresh(ada).pays_by, booking.owed(fresh(ada))) == ("confirmed", "cash", 480_00)
    assert happened(ada).count("ConfirmedUnpaid") == 1
    assert len(written("booking.confirmation")) == 1
    assert "480 €" in client.get("/organise/").text
    assert "480 € is still to be paid, in cash." in client.get(registration_path(fresh(ada))).text


@pytest.mark.parametrize(("refund", "back"), [("agreed", 240_00), ("full", 480_00), ("none", 0)])
def test_a_place_is_cancelled_with_the_refund_that_was_chosen_and_shown(
    client: FlaskClient, deliver: Deliver, refund: str, back: int
) -> None:
    otto(client)
    gathering = a_gathering(price=480_00, refund_tiers=[{"days": 30, "percent": 50}])
    ada = confirmed(gathering, "ada@example.org", "bo@example.org")
    bos = ada.places[1].reference

    shown = client.get(f"{HERE}/{ada.reference}/cancel?place={bos}&refund={refund}").text
    form = fields(shown)
    for _time in range(2):
        press(client, ada, "cancel", **form)
    deliver()

    assert form | {"csrf_token": form["csrf_token"]} == {
        "csrf_token": form["csrf_token"], "place": [bos], "refund": [refund], "shown": [str(back)],
    }  # fmt: skip
    assert [(each.state, each.refund_minor) for each in fresh(ada).places] == [("confirmed", 0), ("cancelled", back)]
    [event] = db.session.query(Event).filter_by(name="PlaceCancelled").all()
    assert (event.payload["refund_minor"], event.payload["by_house"], event.payload["refund"]) == (back, True, refund)
    assert event.actor_id is not None
    assert len(written("booking.cancellation")) == 1
    assert len(written("booking.place_cancellation")) == 1


def test_when_another_amount_would_go_back_it_is_asked_again(client: FlaskClient) -> None:
    otto(client)
    gathering = a_gathering(price=480_00, refund_tiers=[{"days": 30, "percent": 50}])
    ada = confirmed(gathering, "ada@example.org")
    form = fields(page(client, ada, f"/cancel?place={ada.places[0].reference}&refund=agreed"))
    assert gathering.starts_at is not None
    clock.move_to(gathering.starts_at - timedelta(days=10))
    sign_in(client, a_person("otto@example.org"))

    answer = press(client, ada, "cancel", **form)

    assert answer.status_code == 409
    assert "Another amount would go back now" in answer.text
    assert fields(answer.text)["shown"] == ["0"]
    assert fresh(ada).state == "confirmed"


def test_cancelling_nothing_or_without_saying_what_goes_back_is_asked_again(client: FlaskClient) -> None:
    otto(client)
    ada = a_booking(a_gathering(), "ada@example.org", "bo@example.org")

    looked = client.get(f"{HERE}/{ada.reference}/cancel?refund=full")
    pressed = press(client, ada, "cancel", place=ada.places[0].reference)

    assert (looked.status_code, pressed.status_code) == (422, 422)
    assert "Choose at least one place." in looked.text
    assert "Choose what goes back." in pressed.text
    assert fresh(ada).state == "confirmed"


def test_attendance_is_marked_by_the_organiser_too(client: FlaskClient) -> None:
    otto(client)
    gathering = a_gathering()
    ada = a_booking(gathering, "ada@example.org")
    place = ada.places[0].reference
    early = press(client, ada, "attendance", place=place, presence="missed")
    assert gathering.starts_at is not None
    clock.move_to(gathering.starts_at + timedelta(hours=1))
    sign_in(client, a_person("otto@example.org"))

    for presence in ("missed", "missed", "attended", "nonsense"):
        press(client, ada, "attendance", place=place, presence=presence)

    assert early.location.endswith("?done=not_begun")
    assert db.session.query(Place).filter_by(reference=place).one().presence == "attended"
    assert happened(ada).count("AttendanceMarked") == 2
    assert "Ada was not there." in page(client, ada)


def test_a_long_history_costs_what_a_short_one_costs(
    client: FlaskClient, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    otto(client)
    ada = a_booking(a_gathering(), "ada@example.org")
    press(client, ada, "notes", note="one", note_id="1")
    with statements() as few:
        page(client, ada)
    for number in range(2, 31):
        press(client, ada, "notes", note="more", note_id=str(number))

    with statements() as many:
        page(client, ada)

    assert len(many) == len(few) <= 14
