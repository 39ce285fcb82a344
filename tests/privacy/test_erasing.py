"""Ada asks to be forgotten: step by step, after a dead worker too, and what is still open has its outcome."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from retreats import clock
from retreats.accounts.models import Person, SignedIn
from retreats.booking import service as booking
from retreats.booking.models import LedgerEntry, Place, Registration, WaitingEntry
from retreats.catalogue.models import Gathering
from retreats.db import db, new_id, writing
from retreats.events import ErasureAdvanced, ErasureAsked
from retreats.mail import service as mail
from retreats.mail.models import Letter
from retreats.outbox.models import Delivery
from retreats.outbox.worker import run_everything
from retreats.payments.models import Attempt, Refund
from retreats.privacy import erasing, queries, service
from retreats.privacy.models import Erasure
from tests.house import a_booking, a_facilitator, a_gathering, a_person, sign_in

pytestmark = pytest.mark.slow

STEPS = [step.name for step in erasing.STEPS]
ADA = "ada@example.org"


@pytest.fixture(autouse=True)
def _mails_leave(post_office) -> None:
    """Letters reach their readers, so that no erasure waits for them."""


def ask(person: Person) -> int:
    with writing():
        return service.ask(person.id).id


def state(erasure_id: int) -> tuple[list[str], str | None, bool]:
    """What is done, what it waits for, and whether it is finished."""
    db.session.remove()
    found = db.session.get_one(Erasure, erasure_id)
    return found.steps, found.waits_for, found.done_at is not None


def paid(registration: Registration, amount: int) -> Attempt:
    """Ada paid it through Stripe."""
    with writing() as session:
        attempt = Attempt(id=new_id(), registration_id=registration.id, number=1, state="captured", parameters={},
                          idempotency_key=f"{new_id()}", amount_minor=amount, currency="EUR", opened_at=clock.real_now(),
                          expires_at=clock.real_now(), payment_intent=f"pi_{new_id()}")  # fmt: skip
        session.add(attempt)
        session.add(LedgerEntry(id=new_id(), registration_id=registration.id, kind="captured", amount_minor=amount,
                                currency="EUR", provider_ref=f"capture:{new_id()}", entered_at=clock.now()))  # fmt: skip
    with writing():
        booking.confirm(registration.id)
    return attempt


@pytest.mark.parametrize("dies_in", STEPS)
def test_an_erasure_that_was_stopped_goes_on_where_it_was(app, monkeypatch, dies_in) -> None:
    del app
    ada = a_person(ADA)
    a_booking(a_gathering(), ADA)
    run_everything()
    number = STEPS.index(dies_in)
    whole = erasing.STEPS[number]

    def die(person_id: int) -> bool:
        whole.run(person_id)
        raise ConnectionError("the worker is gone")

    broken = (*erasing.STEPS[:number], replace(whole, run=die), *erasing.STEPS[number + 1 :])
    with monkeypatch.context() as patched:
        patched.setattr(service, "STEPS", broken)
        erasure_id = ask(ada)
        run_everything()
    assert state(erasure_id) == (STEPS[:number], None, False)

    with writing() as session:
        session.query(Delivery).filter(Delivery.done_at.is_(None)).update({"due_at": clock.real_now()})
    run_everything()

    assert state(erasure_id) == (STEPS, None, True)


def test_the_same_news_twice_does_no_step_twice(app) -> None:
    del app
    erasure_id = ask(a_person(ADA))
    for event in (ErasureAsked(erasure_id=erasure_id), ErasureAdvanced(erasure_id=erasure_id, done=1)):
        for _twice in range(2):
            with writing():
                service.go_on(event)

    assert state(erasure_id)[0] == STEPS[:2]


def test_a_booking_to_come_is_given_back_with_its_refund_and_the_letter_still_reaches_ada(app, post_office) -> None:
    del app
    ada = a_person(ADA, name="Ada")
    june, july = a_gathering(price=0), a_gathering(slug="july")
    mine, bos = a_booking(june, ADA, "bo@example.org"), a_booking(july, "bo@example.org", ADA)
    run_everything()
    post_office.empty()

    erasure_id = ask(ada)
    run_everything()

    assert state(erasure_id) == (STEPS, None, True)
    places = {(each.registration_id, each.position): each for each in db.session.query(Place)}
    assert {key: each.state for key, each in places.items()} == {
        (mine.id, 0): "cancelled", (mine.id, 1): "cancelled", (bos.id, 0): "confirmed", (bos.id, 1): "cancelled",
    }  # fmt: skip
    assert places[mine.id, 0].email is places[bos.id, 1].email is None
    assert places[mine.id, 1].email == places[bos.id, 0].email == "bo@example.org"
    assert [db.session.get_one(Gathering, each.id).taken for each in (june, july)] == [0, 1]
    subjects = [letter.subject for letter in post_office.letters if letter.to == ADA]
    assert "We are erasing what we hold of you" in subjects
    assert subjects.count("Your place is given back: June retreat") == 3
    assert db.session.get_one(Person, ada.id).email == f"{ada.id:x}@erased.invalid"


def test_money_on_its_way_and_a_dispute_are_waited_for_while_the_words_go_at_once(app) -> None:
    del app
    ada = a_person(ADA)
    registration = a_booking(a_gathering(price=480_00, starts_at=clock.now() + timedelta(days=2)), ADA)
    attempt = paid(registration, 480_00)
    run_everything()
    clock.move_to(clock.now() + timedelta(days=10))
    with writing() as session:
        session.get_one(Attempt, attempt.id).dispute = "open"
        session.add(Refund(id=new_id(), registration_id=registration.id, attempt_id=attempt.id, occasion="goodwill",
                           amount_minor=100, currency="EUR", state="pending", requested_at=clock.now()))  # fmt: skip
    run_everything()

    erasure_id = ask(ada)
    run_everything()
    assert state(erasure_id) == (STEPS[:3], "dispute", False)
    assert db.session.get_one(Person, ada.id).email == ADA

    with writing() as session:
        session.get_one(Attempt, attempt.id).dispute = "lost"
    run_everything()
    assert state(erasure_id) == (STEPS[:3], "refund", False)

    with writing() as session:
        session.query(Refund).one().state = "refunded"
    run_everything()
    assert state(erasure_id) == (STEPS, None, True)
    assert sum(each.amount_minor for each in db.session.query(LedgerEntry)) == 480_00


def test_erasing_begins_when_what_has_begun_is_over(app) -> None:
    del app
    ada = a_person(ADA)
    a_booking(a_gathering(starts_at=clock.now() + timedelta(hours=1)), ADA)
    run_everything()
    clock.move_to(clock.now() + timedelta(hours=2))

    erasure_id = ask(ada)
    run_everything()
    assert state(erasure_id) == ([], "running", False)

    clock.move_to(clock.now() + timedelta(days=3))
    run_everything()
    assert state(erasure_id) == (STEPS, None, True)


def test_what_is_booked_meanwhile_is_given_back_too_and_the_address_is_free_afterwards(app) -> None:
    del app
    ada = a_person(ADA)
    june = a_gathering()
    erasure_id = ask(ada)
    for event in (
        ErasureAsked(erasure_id=erasure_id),
        *(ErasureAdvanced(erasure_id=erasure_id, done=n) for n in (1, 2)),
    ):
        with writing():
            service.go_on(event)
    a_booking(june, ADA)

    run_everything()

    assert state(erasure_id) == (STEPS, None, True)
    assert [(each.state, each.email) for each in db.session.query(Place)] == [("cancelled", None)]
    assert a_booking(june, ADA).booker_id != ada.id


def test_ada_is_told_before_what_becomes_of_what_is_open(app, client) -> None:
    ada = a_person(ADA)
    sign_in(client, ada)
    june = a_gathering(price=480_00)
    paid(a_booking(june, ADA), 480_00)
    with writing() as session:
        session.add(WaitingEntry(id=new_id(), gathering_id=a_gathering_id(), name="Ada", email=ADA, language="en",
                                 joined_at=clock.now()))  # fmt: skip

    page = client.get("/me/data/erase").text

    assert "480 € goes back to you as it was agreed" in page
    assert "You leave the waiting list of “June retreat”" in page
    assert client.post("/me/data/erase").status_code == 422
    answer = client.post("/me/data/erase", data={"understood": "yes"})
    assert answer.status_code == 303
    assert "Not finished yet" in client.get(answer.location).text
    assert client.get("/me/").status_code == 303
    assert db.session.query(SignedIn).filter(SignedIn.ended_at.is_(None)).count() == 0
    assert client.get(answer.location.replace("key=", "key=a")).status_code == 404
    assert queries.erasure_of(ada.id) is not None
    del app


def a_gathering_id() -> int:
    with db.session.no_autoflush:
        return db.session.query(Gathering.id).one()[0]


def test_who_is_still_needed_is_told_to_name_somebody_else_first(app, client) -> None:
    del app
    mira = a_facilitator()
    a_gathering(facilitator=mira)
    otto = a_person("otto@example.org", role="organiser")

    for person, sentence in (
        (db.session.get_one(Person, mira.person_id), "You are still needed"),
        (otto, "Nobody else looks after the house"),
    ):
        sign_in(client, person)
        assert sentence in client.get("/me/data/erase").text
        assert client.post("/me/data/erase", data={"understood": "yes"}).status_code == 409
    assert db.session.query(Erasure).count() == 0


def test_an_erasure_needs_a_fresh_sign_in(app, client) -> None:
    del app
    ada = a_person(ADA)
    sign_in(client, ada)
    with writing() as session:
        session.query(SignedIn).update({"began_at": clock.real_now() - timedelta(minutes=16)})

    answer = client.post("/me/data/erase", data={"understood": "yes"})

    assert answer.location == "/me/data/?again=yes"
    assert "Sign in once more" in client.get("/me/data/erase").text
    assert client.get("/sign-in?anew=yes&next=/me/data/").status_code == 200
    assert db.session.query(Erasure).count() == 0


@pytest.mark.parametrize("language", ["en", "pt"])
def test_the_last_letter_says_what_it_has_always_said(app, language) -> None:
    del app
    ask(a_person(ADA, name="Ada", language=language))
    db.session.remove()
    words = mail.composed(db.session.query(Letter).one())
    said = f"{words.to_name} <{words.to_address}>\n{words.subject}\n\n{re.sub(r'/data/erasure/.*', '/data/erasure/…', words.text)}"
    file = Path(__file__).with_name("golden") / f"erasing.{language}.txt"
    if os.environ.get("GOLDEN") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(said, encoding="utf-8")

    assert said == file.read_text(encoding="utf-8")
    assert "/data/erasure/" in words.html


def test_the_last_owner_stays_even_where_others_organise(app, client) -> None:
    del app
    olga, otto = a_person("olga@example.org", role="owner"), a_person("otto@example.org", role="organiser")
    sign_in(client, olga)

    refused = client.get("/me/data/erase").text
    with pytest.raises(service.StillNeeded), writing():
        service.ask(olga.id)

    assert service.why_not(otto) is None
    assert "Nobody else looks after the house" in refused


def test_who_was_erased_stands_in_no_list_and_has_no_record(app, client) -> None:
    del app
    ada = a_person("ada@example.org")
    with writing():
        service.ask(ada.id)
    run_everything()
    sign_in(client, a_person("olga@example.org", role="owner"))

    assert "erased" not in client.get("/organise/people/").text
    assert client.get(f"/organise/people/{ada.id}/").status_code == 404
