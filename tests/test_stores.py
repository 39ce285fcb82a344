"""Both stores are set as they must be, and every migration goes both ways without losing anything."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from retreats import clock, create_app
from retreats.accounts.models import Person
from retreats.booking import service as booking
from retreats.booking.models import LedgerEntry, Place
from retreats.db import db, writing
from tests.conftest import ROOT, settings
from tests.house import a_booking, a_gathering, a_person

pytestmark = pytest.mark.slow

MIGRATIONS = str(ROOT / "migrations")


def test_sqlite_is_set_to_lose_nothing(tmp_path: Path) -> None:
    app = create_app(**settings(f"sqlite:///{tmp_path / 'house.db'}", tmp_path, SQLITE_SYNCHRONOUS="FULL"))

    with app.app_context():
        found = {name: db.session.execute(text(f"PRAGMA {name}")).scalar() for name in
                 ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")}  # fmt: skip
        db.session.remove()
        db.engine.dispose()

    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10000,
                     "secure_delete": 1}  # fmt: skip


def test_a_database_that_goes_away_after_the_page_was_made_takes_no_answer_back(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_gathering()
    with monkeypatch.context() as gone:
        gone.setattr(db.engine.dialect, "do_rollback", _gone)
        answer = client.get("/gatherings/")
    again = client.get("/gatherings/")
    gc.collect()  # a connection that nobody closed would complain now

    assert (answer.status_code, again.status_code) == (200, 200)
    assert "June retreat" in answer.text


def _gone(_connection: object) -> None:
    raise db.engine.dialect.dbapi.OperationalError("server closed the connection unexpectedly")


def columns() -> dict[str, set[str]]:
    """Every table of the store with its columns."""
    inspector = inspect(db.engine)
    return {
        table: {column["name"] for column in inspector.get_columns(table)}
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


@pytest.fixture
def new_house(store: str, tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """A house of its own, whose tables may be taken apart."""
    if store == "postgres":
        url = request.getfixturevalue("postgres_server").new_database()
    else:
        url = f"sqlite:///{tmp_path / 'house.db'}"
    app = create_app(**settings(url, tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_the_migrations_make_what_the_code_expects(new_house: Flask) -> None:
    del new_house
    upgrade(directory=MIGRATIONS)

    assert columns() == {table.name: {column.name for column in table.columns} for table in db.metadata.sorted_tables}


def test_every_migration_goes_back_and_forth(new_house: Flask) -> None:
    del new_house
    upgrade(directory=MIGRATIONS)
    there = columns()

    downgrade(directory=MIGRATIONS, revision="base")
    nothing = columns()
    upgrade(directory=MIGRATIONS)

    assert nothing == {}
    assert columns() == there


def test_going_back_to_the_first_tables_and_forth_again_keeps_the_people(new_house: Flask) -> None:
    del new_house
    upgrade(directory=MIGRATIONS)
    a_person("ada@example.org")
    a_booking(a_gathering(), "ada@example.org")
    db.session.remove()

    downgrade(directory=MIGRATIONS, revision="0001")
    upgrade(directory=MIGRATIONS)

    assert db.session.query(Person).filter_by(email="ada@example.org").count() == 1


def test_what_was_promised_back_before_it_had_a_column_is_remembered(new_house: Flask) -> None:
    del new_house
    upgrade(directory=MIGRATIONS)
    registration = a_booking(a_gathering(price=480_00), "ada@example.org", "bo@example.org")
    with writing() as session:
        session.add(LedgerEntry(id=1, registration_id=registration.id, kind="captured", amount_minor=960_00,
                                currency="EUR", provider_ref="capture:1", entered_at=clock.now()))  # fmt: skip
    with writing():
        booking.confirm(registration.id)
    with writing():
        booking.cancel_places(registration.id, {registration.places[1].id}, by_house=True, refund="full")
    db.session.remove()

    downgrade(directory=MIGRATIONS, revision="0003")
    upgrade(directory=MIGRATIONS)

    assert [each.refund_minor for each in db.session.query(Place).order_by(Place.position)] == [0, 480_00]
