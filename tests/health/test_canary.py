"""What somebody says about their health is nowhere in clear: files, logs, mails, queue; and no seal fits another cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, text

from retreats import crypto, web
from retreats.db import db, writing
from retreats.health.models import HealthAnswer
from retreats.outbox.worker import run_everything
from retreats.questions.queries import asked_when_booking
from retreats.upkeep import checks, sealed, unopened
from tests.health.test_health import SAID, World, people
from tests.house import sign_in
from tests.privacy import test_confidential

log = test_confidential.log
OTHER_KEY = "k777:" + "B" * 43 + "="


def test_a_health_answer_stands_nowhere_in_clear(app, client, post_office, log, store) -> None:
    world = World()
    world.give(client)
    world.give(client, **{"q-care": SAID + "!", "consent": ""})

    sign_in(client, people(who=world.mira))
    world.open(client)
    assert SAID in world.listed(client)
    run_everything()

    folder = Path(app.config["VAR_DIR"])
    files = [path for path in folder.rglob("*") if path.is_file()]
    if store == "sqlite":
        files += list(Path(db.engine.url.database or "").parent.glob("house.db*"))
        assert any(path.name.endswith("-wal") for path in files)
    assert files
    rows = " ".join(
        str(row)
        for table in db.metadata.sorted_tables
        for row in db.session.execute(text(f'SELECT * FROM "{table.name}"'))
    )
    web.log.error("looked at")
    needle = "faint when I stand"
    assert [path.name for path in files if needle.encode() in path.read_bytes()] == []
    assert needle not in rows
    assert needle not in str(log)
    assert log
    assert [letter.subject for letter in post_office.letters if needle.encode() in letter.raw] == []
    assert post_office.letters


def test_two_sealed_answers_cannot_change_places_and_somebody_hears_of_it(app, client, log) -> None:
    """PRIV-02: the house refuses, Ada reads a sentence, and the doctor and the log say where, and not what."""
    world = World()
    world.give(client)
    sign_in(client, people(who=world.place.person_id))
    assert SAID in client.get(f"{world.page}?key={world.key}").text
    assert list(unopened.broken_seals()) == []
    with writing() as session:
        answer = session.scalars(select(HealthAnswer)).one()
        other = HealthAnswer(id=answer.id + 2, place_id=answer.place_id, question_id=first_question(world))
        other.text = "something else"
        session.add(other)
        session.flush()
        answer.text_sealed, other.text_sealed = other.text_sealed, answer.text_sealed

    for found in db.session.scalars(select(HealthAnswer)):
        with pytest.raises(crypto.SealBroken):
            _ = found.text
    answer = client.get(f"{world.page}?key={world.key}")
    assert (answer.status_code, "it is not as the house sealed it" in answer.text) == (409, True)
    [line] = [each for each in log if "sealed text does not open" in each]
    assert '"level": "error"' in line
    assert "health_answer.text_sealed" in line
    doctor = app.test_cli_runner().invoke(args=["doctor"])
    assert doctor.exit_code == 1
    assert "(health_answer.text_sealed: 2)" in doctor.output
    for told in (answer.text, line, doctor.output):
        assert SAID not in told
        assert "something else" not in told
    assert client.post(f"{world.page}/withdraw", data={"key": world.key}).status_code == 303


def first_question(world: World) -> int:

    return asked_when_booking(world.gathering.id)[0].id


def test_a_house_with_other_keys_than_its_database_is_not_ready_and_says_which(app, client, monkeypatch) -> None:
    del app
    World().give(client)
    monkeypatch.setattr(sealed, "_well", False)
    monkeypatch.setattr(crypto, "_ring", crypto.KeyRing(OTHER_KEY))

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert any("health_answer" in each for each in checks.not_ready())


def test_without_keys_nothing_is_stored_in_clear_and_no_key_is_made(app, client, monkeypatch) -> None:
    del app
    world = World()
    monkeypatch.setattr(crypto, "_ring", crypto.KeyRing())

    answer = world.give(client)

    assert (answer.status_code, "neither be read nor kept" in answer.text) == (503, True)
    assert db.session.query(HealthAnswer).count() == 0
    assert client.get("/health/ready").status_code == 503
