"""Health, the doctor, and what rests until somebody looks at it."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from retreats import clock, crypto, links
from retreats.db import db, new_id, writing
from retreats.outbox.models import Delivery, Event
from retreats.payments.models import OpenItem
from retreats.upkeep import checks
from tests.catalogue.organise import otto
from tests.house import a_person


def a_delivery(**more) -> int:
    with writing() as session:
        happened = Event(name="LetterWritten", payload={"letter_id": 1, "lane": "x"}, happened_at=clock.now())
        values = {
            "due_at": clock.real_now(),
            "rests_at": clock.real_now(),
            "attempts": 12,
            "last_error": "MailFailure: no",
        }
        delivery = Delivery(event=happened, reaction="mail.deliver", errand="letters", **(values | more))
        session.add(delivery)
        session.flush()
        return delivery.id


def the(delivery_id: int) -> Delivery:
    return db.session.get_one(Delivery, delivery_id, populate_existing=True)


@pytest.fixture
def everything_answers(app, monkeypatch):
    """A mail server and a Stripe that take the call."""
    monkeypatch.setattr(checks, "_mail_server", lambda: iter(()))
    monkeypatch.setattr(checks, "_stripe", lambda: iter(()))
    app.config["VAR_DIR"].chmod(0o700)


def test_otto_sees_what_rests_tries_one_again_and_drops_another(client):
    otto(client)
    first, second = a_delivery(), a_delivery()

    page = client.get("/organise/deliveries").text
    for _press in range(2):
        tried = client.post(f"/organise/deliveries/{first}/retry").status_code
    client.post(f"/organise/deliveries/{second}/drop")

    assert page.count("MailFailure: no") == 2
    assert tried == 404  # it rests no longer: the second press finds nothing
    assert (the(first).rests_at, the(first).done_at) == (None, None)
    assert the(second).dropped
    assert the(second).done_at is not None


def test_money_that_needs_a_person_stands_there_until_somebody_has_seen_to_it(client):
    otto(client)
    item_id = new_id()
    with writing() as session:
        session.add(
            OpenItem(id=item_id, occasion="x", kind="refund_failed", amount_minor=480_00, raised_at=clock.now())
        )
    before = client.get("/organise/deliveries").text

    client.post(f"/organise/open-items/{item_id}/close")

    assert "A refund failed" in before
    assert "480 €" in before
    assert "Nothing is wrong" in client.get("/organise/deliveries").text


def test_an_error_of_a_stranger_is_shown_as_text(client):
    otto(client)
    a_delivery(last_error="<script>alert(1)</script>")

    assert "<script>alert" not in client.get("/organise/deliveries").text


def test_the_commands_list_retry_and_drop(app):
    run, first, second = app.test_cli_runner(), a_delivery(), a_delivery()

    listed = run.invoke(args=["outbox", "list"]).output
    tried = run.invoke(args=["outbox", "retry", str(first)])
    dropped = run.invoke(args=["outbox", "drop", str(second)])
    again = run.invoke(args=["outbox", "drop", str(second)])

    assert str(first) in listed
    assert str(second) in listed
    assert (tried.exit_code, dropped.exit_code, again.exit_code) == (0, 0, 1)
    assert run.invoke(args=["outbox", "list"]).output == "Nothing rests.\n"


def test_the_doctor_has_nothing_to_say_of_a_house_that_is_well(app, everything_answers, monkeypatch):
    a_person("olga@example.org", role="owner")
    monkeypatch.setattr(checks, "PRAGMAS", checks.PRAGMAS | {"synchronous": {"0"}})  # the tests write without waiting

    result = app.test_cli_runner().invoke(args=["doctor"])

    assert (result.exit_code, result.output) == (0, "The house is well.\n")


def test_the_doctor_notices_writes_that_a_power_cut_would_undo(app, everything_answers, store):
    a_person("olga@example.org", role="owner")

    found = checks.everything()

    assert [each.split(":")[0] for each in found] == (["SQLite runs with synchronous=0"] if store == "sqlite" else [])


def test_the_doctor_says_in_sentences_what_is_wrong(app, everything_answers):
    a_delivery()
    a_delivery(rests_at=None, due_at=clock.real_now() - timedelta(minutes=9))
    app.config["VAR_DIR"].chmod(0o755)

    result = app.test_cli_runner().invoke(args=["doctor"])
    app.config["VAR_DIR"].chmod(0o700)

    assert result.exit_code == 1
    assert "due for 9 minutes: no worker runs" in result.output
    assert "wait for a person: 1" in result.output
    assert "run `chmod 700" in result.output


def test_the_doctor_finds_a_mail_server_and_a_stripe_that_do_not_answer(app, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = taken.getsockname()[1]
    monkeypatch.setitem(app.config, "MAIL_SERVER", "127.0.0.1")
    monkeypatch.setitem(app.config, "MAIL_PORT", closed)
    monkeypatch.setitem(app.config, "STRIPE_SECRET_KEY", "sk_test_1")
    monkeypatch.setitem(app.config, "STRIPE_API_BASE", f"http://127.0.0.1:{closed}")

    found = "\n".join(checks.everything())

    assert f"The mail server 127.0.0.1:{closed} does not answer (ConnectionRefusedError)" in found
    assert f"Stripe (127.0.0.1:{closed}) cannot be reached" in found


def test_a_house_that_is_ready_says_so(client):
    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json) == (200, {"ready": True})


def test_a_house_behind_its_migrations_is_not_ready(client):
    before = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    db.session.rollback()
    try:
        with writing() as session:
            session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        answer = client.get("/health/ready")
        said = list(checks.not_ready())
    finally:
        db.session.rollback()
        with writing() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": before})

    assert (answer.status_code, answer.json) == (503, {"ready": False})
    assert said == ["The database is not at the newest migration: run `flask --app wsgi db upgrade`."]


def test_a_house_without_its_keys_is_not_ready(client, monkeypatch):
    monkeypatch.setattr(links, "_key", b"")
    monkeypatch.setattr(crypto, "_ring", crypto.KeyRing())

    assert client.get("/health/ready").status_code == 503
    assert [each.split()[0] for each in checks.not_ready()] == ["LINK_KEY", "DATA_KEYS"]


def test_a_database_that_does_not_answer_makes_the_house_unready(app, monkeypatch):
    def gone(*_args):
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(checks.MigrationContext, "configure", gone)

    assert checks.not_ready() == [
        "The database does not answer (OperationalError): look at DATABASE_URL, and whether it runs."
    ]


def test_the_clocks_of_house_and_database_are_compared(app, store, monkeypatch):
    if store == "sqlite":
        assert list(checks._clocks()) == []
        return
    assert list(checks._clocks()) == []
    now = clock.real_now()
    monkeypatch.setattr(clock, "real_now", lambda: now + timedelta(minutes=10))

    assert "seconds apart" in next(checks._clocks())
