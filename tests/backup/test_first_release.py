"""A house that began with the first release, with people in it, comes to this one; and code and database must be of one version.

first_release.zip was filled by the code of that release: its demonstration, and a booking of Ada's.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from retreats import clock
from retreats.backup import archive, restoring
from retreats.booking.addresses import place_path, registration_path
from retreats.booking.models import Place, Registration
from retreats.db import db
from retreats.feedback.models import Need
from retreats.upkeep import checks
from tests import oracle
from tests.backup.test_backup import everything, machine  # noqa: F401  (a fixture)
from tests.conftest import ROOT, TODAY, browser_of, settings

pytestmark = pytest.mark.slow

FIRST = ROOT / "tests" / "backup" / "first_release.zip"
Machines = Callable[..., AbstractContextManager[Flask]]


def test_a_house_of_the_first_release_keeps_everybody_and_every_link(machine: Machines) -> None:  # noqa: F811
    backup = archive.opened(FIRST)
    with machine() as app, clock.standing_still(TODAY):
        restoring.restore(backup)
        rows = {name: len(found) for name, found in everything().items()}
        ada = db.session.scalars(sa.select(Place).where(Place.email == "ada-first@example.org")).one()
        registration = db.session.get_one(Registration, ada.registration_id)
        links = [registration_path(registration), place_path(ada), "/gatherings/first-release/", "/gatherings/"]
        needs = [need.text for need in db.session.scalars(sa.select(Need))]
        world = oracle.World(session=db.session(), account={"payment_intents": {}}, mails=[], reactions={}, now=TODAY)
        wrong = list(oracle.places(world))
        db.session.remove()
        answers = [browser_of(app).get(link).status_code for link in links]
        at_head = checks.of_another_version()

    before = {name: part["rows"] for name, part in backup.manifest["tables"].items()}
    kept = {name: rows[name] for name in before if name not in {"event", "delivery", "role"}}
    assert backup.manifest["migration"] == "0002"
    assert rows["role"] >= before["role"]  # whoever is a care contact has a role of that name since
    assert kept == {name: count for name, count in before.items() if name in kept}
    assert len([each for each in needs if each]) == 3
    assert (answers, wrong, at_head) == ([200] * 4, [], "")


@pytest.fixture
def environment(store: str, tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """Of processes of a real house whose database is empty."""
    url = f"sqlite:///{tmp_path / 'house.db'}"
    if store == "postgres":
        url = request.getfixturevalue("postgres_server").new_database()
    real = settings(url, tmp_path, MAIL_SERVER="127.0.0.1")
    return os.environ | {name: str(value) for name, value in real.items() if name != "TESTING"}


def _run(environment: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, *words], env=environment, cwd=ROOT, text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT)  # fmt: skip


FLASK = ("-m", "flask", "--app", "wsgi")


@pytest.mark.at_length
def test_of_two_that_start_at_once_one_migrates_and_one_waits_and_other_versions_do_not_open(
    environment: dict[str, str],
) -> None:
    both = [_run(environment, *FLASK, "db", "upgrade") for _again in range(2)]
    said = [each.communicate(timeout=120)[0] for each in both]
    codes = [each.returncode for each in both]
    older = _ends(_run(environment, *FLASK, "db", "downgrade", "0017"))
    web, worker = (_ends(_run(environment, *words)) for words in (("-c", "import wsgi"), (*FLASK, "worker")))

    assert codes == [0, 0], said
    assert older[0] == 0, older
    for code, output in (web, worker):
        assert code == 1
        assert "The house does not open. The database is not at the newest migration" in output


def _ends(process: subprocess.Popen[str]) -> tuple[int, str]:
    output = process.communicate(timeout=120)[0]
    return process.returncode, output


def test_a_database_of_newer_code_says_so(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def heads(*_arguments: Any) -> Any:
        return type("Found", (), {"get_current_heads": lambda _self: ("9999",)})()

    monkeypatch.setattr(checks.MigrationContext, "configure", heads)

    assert "of a newer version than this code (migration 9999)" in checks.of_another_version()
