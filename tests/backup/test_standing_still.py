"""A restored house sends nothing, pays nothing back and is reminded of nothing until a person of the house lets it go on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from retreats import clock
from retreats.booking.addresses import registration_key
from retreats.booking.models import Registration
from retreats.db import db, new_id, writing
from retreats.mail.models import Letter
from retreats.outbox import stillness
from retreats.outbox.models import Delivery, Event
from retreats.outbox.worker import run_everything
from retreats.upkeep import checks
from tests.catalogue.organise import otto
from tests.house import a_booking, a_gathering
from tests.smtp_server import PostOffice
from tests.stripe_standin import Stripe

pytestmark = pytest.mark.slow


@pytest.fixture
def restored(app: Flask, post_office: PostOffice) -> Registration:
    """A house in which a letter waits, a hold is over, and nobody has said that it may go on."""
    del app, post_office
    a_booking(a_gathering(), "ada@example.org")
    run_everything()
    held = a_booking(a_gathering(slug="paid", price=120_00), "bo@example.org")
    with writing() as session:
        session.execute(sa.update(Letter).values(sent_at=None))
        again = {"done_at": None, "attempts": 0, "due_at": clock.real_now()}
        session.execute(sa.update(Delivery).where(Delivery.reaction == "mail.deliver").values(again))
        stillness.stand_still(session.connection(), backup_made_at=clock.real_now())
    db.session.remove()
    return held


def names() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.position)))


def test_nothing_leaves_it_and_nothing_falls_due(restored: Registration, post_office: PostOffice) -> None:
    post_office.empty()
    clock.move_to(clock.now() + timedelta(hours=2))
    before = names()

    ran = run_everything()

    assert (ran, post_office.letters, names()) == (0, [], before)


def test_nobody_can_pay_meanwhile_and_the_place_stays(
    client: FlaskClient, restored: Registration, till: Stripe
) -> None:
    answer = client.post(f"/pay/{restored.reference}", data={"key": registration_key(restored)})

    assert answer.status_code == 503
    assert "takes no payments yet" in answer.text
    assert db.session.get_one(Registration, restored.id).state == "held"


def test_the_organiser_sees_what_would_leave_and_lets_it_go_on(
    client: FlaskClient, restored: Registration, post_office: PostOffice
) -> None:
    otto(client)
    post_office.empty()
    clock.move_to(clock.now() + timedelta(hours=2))
    before = names()

    day = client.get("/organise/").text
    seen = client.get("/organise/open-again").text
    looked_at = names()
    client.post("/organise/open-again", data={"letters": "send"})
    run_everything()
    after = client.get("/organise/open-again").text

    assert "The house stands still" in day
    assert "About bookings: 1" in seen
    assert "Places that were not paid in time, and become free: 1" in seen
    assert looked_at == before
    assert "The house is open" in after
    assert "The house stands still" not in client.get("/organise/").text
    assert {"ada@example.org"} <= {letter.to for letter in post_office.letters}
    assert {"HouseOpenedAgain", "HoldLapsed"} <= set(names())


def test_letters_that_people_had_already_can_be_put_aside(
    app: Flask, restored: Registration, post_office: PostOffice
) -> None:
    post_office.empty()

    said = app.test_cli_runner().invoke(args=["open-again", "--put-letters-aside", "--yes"])
    run_everything()

    assert said.exit_code == 0
    assert "- booking.confirmation: 1" in said.output
    assert "ada@example.org" not in {letter.to for letter in post_office.letters}


def test_the_command_asks_before_anything_goes_on(app: Flask, restored: Registration) -> None:
    run = app.test_cli_runner()

    refused = run.invoke(args=["open-again"], input="n\n")
    agreed = run.invoke(args=["open-again"], input="y\n")
    again = run.invoke(args=["open-again"])

    assert (refused.exit_code, agreed.exit_code) == (1, 0)
    assert again.output == "The house is open.\n"


def test_the_doctor_says_that_it_stands_still_and_not_that_no_worker_runs(
    app: Flask, restored: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.real_now()
    monkeypatch.setattr(clock, "real_now", lambda: now + timedelta(hours=1))

    found = "\n".join(checks.everything())

    assert "stands still: it sends nothing" in found
    assert "no worker runs" not in found


def test_what_waits_costs_the_same_for_one_letter_and_for_thirty(
    client: FlaskClient, restored: Registration, statements: Callable
) -> None:
    otto(client)
    with statements() as few:
        client.get("/organise/open-again")
    with writing() as session:
        session.add_all(Letter(id=new_id(), kind="booking.held", occasion=f"x{n}", shelf="x", about={}, language="en",
                               message_id=f"x{n}", written_at=clock.now()) for n in range(30))  # fmt: skip
    with statements() as many:
        client.get("/organise/open-again")

    assert len(few) == len(many)
