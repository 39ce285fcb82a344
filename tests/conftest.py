"""One house for each store, empty before every test, with a clock that stands still."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import Engine, event, text

from retreats import clock, create_app, crypto, web
from retreats.db import db
from retreats.house import keeping
from retreats.house.keeping import keeper
from retreats.outbox.worker import run_everything

pytest_plugins = ["tests.fixtures_servers", "tests.sharing", "tests.smtp_server", "tests.stripe_standin"]

TODAY = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
"""When every test begins, unless it says otherwise: a Monday before the clocks change."""
keeping.FRESH_FOR = timedelta(days=1)
"""What the house says of itself is read again when a test changes it, and never in the middle of counting."""
SITE = "http://127.0.0.1:5999"
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> str:
    """The two stores on which everything has to hold."""
    return str(request.param)


def settings(database_url: str, var_dir: Path, **more: Any) -> dict[str, Any]:
    """Settings of a house for tests."""
    return {
        "TESTING": True,
        "DATABASE_URL": database_url,
        "VAR_DIR": var_dir,
        "SECRET_KEY": "for the tests of this house only, 0001",
        "LINK_KEY": "for the tests of this house only, 0002",
        "DATA_KEYS": "k001:" + "A" * 43 + "=",
        "SITE_URL": SITE,
        "SITE_NAME": "Casa do Rio",
        "HOUSE_EMAIL": "casa@example.org",
        "SQLITE_SYNCHRONOUS": "OFF",
        "LOG_LEVEL": "ERROR",
        **more,
    }


@pytest.fixture(scope="session")
def house(store: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on one store, migrated as a real one is."""
    folder = tmp_path_factory.mktemp(f"house-{store}")
    if store == "postgres":
        url = request.getfixturevalue("postgres_server").new_database()
    else:
        url = f"sqlite:///{folder / 'house.db'}"
    application = create_app(**settings(url, folder))
    with application.app_context():
        upgrade(directory=str(ROOT / "migrations"))
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(house: Flask) -> Iterator[Flask]:
    """The house, empty, at nine on a Monday morning."""
    with house.app_context():
        empty()
        keeper().forget()
        keeper().said()
    with clock.standing_still(TODAY), house.app_context():
        yield house
        db.session.remove()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody's browser, with the form token switched off (a test of its own looks at that)."""
    return browser_of(app)


@pytest.fixture
def another_client(app: Flask) -> FlaskClient:
    """Somebody else's browser."""
    return browser_of(app)


@pytest.fixture
def deliver(app: Flask) -> Callable[[], int]:
    """Let everything follow that is due now."""
    del app
    return run_everything


@pytest.fixture
def statements(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """Counts what is asked of the database: `with statements() as asked: …`."""
    del app

    @contextmanager
    def listening() -> Iterator[list[str]]:
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            asked.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield asked
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return listening


def browser_of(app: Flask) -> FlaskClient:
    """A fresh browser."""
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = Browser
    return app.test_client()


class Browser(FlaskClient):
    """A test client whose requests each have an application context of their own, as in life."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Ask the house. What the test itself has loaded is let go first, so that it sees what was written."""
        db.session.remove()
        kwargs.setdefault("base_url", SITE)
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
        return answer

    def session_transaction(self, *args: Any, **kwargs: Any) -> Any:
        """What this browser's cookie holds, at the house's own address."""
        kwargs.setdefault("base_url", SITE)
        return super().session_transaction(*args, **kwargs)


@pytest.fixture
def limits_as_before() -> Iterator[None]:
    """For tests that build a house with limits: there is one limiter a process, and the next test has none."""
    before = vars(web.limiter).copy()
    yield
    vars(web.limiter).clear()
    vars(web.limiter).update(before)


class Written:
    """How many statements have written anything, in whatever house of this process, and how many had when one was emptied."""

    count = emptied = 0


READING = ("SELECT", "BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")


@event.listens_for(Engine, "before_cursor_execute")
def _count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    Written.count += not statement.startswith(READING)


UNCHECKED = "SET LOCAL session_replication_role = replica"
"""Nothing is left for a key to point to, so PostgreSQL need not look, row by row."""


def empty() -> None:
    """See `_empty`. What is told from here on may be told again."""
    _empty()
    Written.emptied = Written.count


def _empty() -> None:
    """Delete every row of every table, and let numbers begin at one again. (TRUNCATE would write every file anew; on
    SQLite it is quicker to ask first which tables hold anything, and on PostgreSQL it is not.)
    """
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            deletions = (f"DELETE FROM {name}" for name in _tables())
            connection.exec_driver_sql("; ".join((UNCHECKED, *deletions, *_from_one())))
            return
        asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in _tables())
        for (name,) in connection.exec_driver_sql(asked).all():
            connection.exec_driver_sql(f"DELETE FROM {name}")


@cache
def _tables() -> tuple[str, ...]:
    """Whoever points to others first."""
    return tuple(table.name for table in reversed(db.metadata.sorted_tables))


@cache
def _from_one() -> tuple[str, ...]:
    """What lets the counters of PostgreSQL begin anew."""
    with db.engine.connect() as connection:
        found = connection.execute(text("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")).scalars()
        return tuple(f"ALTER SEQUENCE {name} RESTART" for name in found)


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches further than this machine."""
    really = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            message = f"A test wanted to talk to {address[0]}."
            raise AssertionError(message)
        really(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(scope="session", autouse=True)
def _keys() -> None:
    """Keys for tests that need no application."""
    crypto.use_keys("k001:" + "A" * 43 + "=")
