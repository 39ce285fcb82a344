"""What tests borrow for a whole run: a PostgreSQL, a browser. Where one cannot be had, its tests are left out with the
reason in one line; with REQUIRE_ALL=1 they fail instead, and so does a run in which none of them took part.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest

from tests.postgres import Postgres, Unavailable

pytest_plugins = ["tests.browser"]

FOLDER = pytest.StashKey[Postgres]()
PARTS = {"postgres": "PostgreSQL", "journey": "the browser"}


def left_out(reason: str) -> NoReturn:
    """This test needs what is not here."""
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Postgres:
    """One server for all processes of this run: `.new_database()` gives the address of an empty database."""
    server = _server(request.config)
    try:
        return server.start()
    except Unavailable as reason:
        left_out(f"Tests on PostgreSQL are left out. {reason}")


@pytest.fixture
def postgres_database(postgres_server: Postgres) -> Iterator[str]:
    """The address of an empty database for one test."""
    url = postgres_server.new_database()
    yield url
    postgres_server.drop(url)


def _server(config: pytest.Config) -> Postgres:
    """The folder is chosen once, by the process that people started, and told to pytest-xdist's workers."""
    if FOLDER not in config.stash:
        told = getattr(config, "workerinput", {}).get("postgres_folder")
        config.stash[FOLDER] = Postgres.in_folder(told) if told else Postgres.in_new_folder()
    return config.stash[FOLDER]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Of pytest-xdist: before a worker starts."""
    node.workerinput["postgres_folder"] = str(_server(node.config).folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    if FOLDER in config.stash and not hasattr(config, "workerinput"):
        config.stash[FOLDER].stop()


class WhoTookPart:
    """Watches, with REQUIRE_ALL=1, that every part of the tests was there."""

    def __init__(self) -> None:
        self.missing = dict(PARTS)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            for marker in self.missing.keys() & report.keywords.keys():
                del self.missing[marker]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.missing and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for part in self.missing.values():
            terminalreporter.write_line(f"REQUIRE_ALL: no test with {part} has passed.", red=True)


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("REQUIRE_ALL") == "1" and not hasattr(config, "workerinput"):
        config.pluginmanager.register(WhoTookPart(), "who-took-part")
