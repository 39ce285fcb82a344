"""What tests borrow for a whole run: a PostgreSQL, a browser. Where one cannot be had, its tests are left out and one
line says why; with REQUIRE_ALL=1 they fail instead, and so does a run in which none of them took part.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests import chromium
from tests.postgres import Postgres, Unavailable

pytest_plugins = ["tests.browser"]

FOLDER = pytest.StashKey[Postgres]()
REASONS = pytest.StashKey[dict[str, str]]()
"""Marker of a part that was left out -> why, with the number of its tests."""


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Postgres:
    """One server for all processes of this run: `.new_database()` gives the address of an empty database."""
    return _server(request.config).start()


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


def obstacle(part: str, config: pytest.Config) -> str:
    """Why the tests of this part cannot run here, or nothing."""
    if part == "journey":
        return "" if chromium.find() else chromium.MISSING
    try:
        _server(config).start()
    except Unavailable as reason:
        return f"Tests on PostgreSQL were left out. {reason}"
    return ""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    config.stash[REASONS] = {}
    if _all_required():
        return
    for part in ("journey", "postgres"):
        concerned = [item for item in items if item.get_closest_marker(part)]
        if concerned and (reason := obstacle(part, config)):
            config.stash[REASONS][part] = f"{reason} ({len(concerned)} tests)"
            config.hook.pytest_deselected(items=concerned)
            items[:] = [item for item in items if item not in concerned]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for reason in terminalreporter.config.stash.get(REASONS, {}).values():
        terminalreporter.write_line(reason, yellow=True)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Of pytest-xdist: before a worker starts."""
    node.workerinput["postgres_folder"] = str(_server(node.config).folder)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Of pytest-xdist: a worker has ended, and may have left something out."""
    node.config.stash.setdefault(REASONS, {}).update(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash.get(REASONS, {})


def pytest_unconfigure(config: pytest.Config) -> None:
    if FOLDER in config.stash and not hasattr(config, "workerinput"):
        config.stash[FOLDER].stop()


class WhoTookPart:
    """Watches, with REQUIRE_ALL=1, that every part of the tests was there."""

    def __init__(self) -> None:
        self.missing = {"postgres": "PostgreSQL", "journey": "the browser"}

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
    if _all_required() and not hasattr(config, "workerinput"):
        config.pluginmanager.register(WhoTookPart(), "who-took-part")


def _all_required() -> bool:
    return os.environ.get("REQUIRE_ALL") == "1"
