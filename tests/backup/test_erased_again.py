"""Ada is erased; a backup of before is restored; nobody sees her again (PRIV-09)."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from retreats import clock, links, starting
from retreats.accounts.models import Person
from retreats.backup import making
from retreats.booking.models import Place
from retreats.db import db, writing
from retreats.events import ErasureAsked
from retreats.mail.models import Letter
from retreats.outbox import stillness
from retreats.outbox.models import Delivery, Event
from retreats.outbox.worker import run_everything
from retreats.payments.models import Refund
from retreats.privacy import again, erased_list, service
from retreats.privacy.models import Erasure
from tests.conftest import browser_of, empty
from tests.house import a_booking, a_gathering, a_person, sign_in
from tests.privacy.test_erasing import paid

pytestmark = pytest.mark.slow

ADA, BO = "ada@example.org", "bo@example.org"


@pytest.fixture(autouse=True)
def _own_list(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, post_office: Any) -> None:
    """Letters leave, and the list of the house that will burn down stands apart."""
    monkeypatch.setitem(app.config, "ERASED_LIST", tmp_path / "burnt.list")


def burn_down(app: Flask, tmp_path: Path) -> None:
    """Nothing is left of the house and of its list, but what was laid elsewhere."""
    db.session.remove()
    empty()
    app.config["ERASED_LIST"] = tmp_path / "new.list"


@pytest.fixture
def old(app: Flask, tmp_path: Path) -> Path:
    """A backup of when Ada had paid for two places to come, waited, was merged once, and Bo had taken her along; and then she was
    erased.
    """
    ada, before = a_person(ADA, name="Ada Lovelace"), a_person("ada.l@example.org", name="Ada Lovelace")
    a_person("otto@example.org", name="Otto", role="owner")
    mine = a_booking(a_gathering(price=120_00), ADA, "companion@example.org")
    paid(mine, 240_00)
    a_booking(a_gathering(slug="july", price=0), BO, ADA)
    run_everything()
    path = tmp_path / "backups" / "house.zip"
    path.parent.mkdir()
    making.make(path)
    with writing() as session:
        session.get_one(Person, before.id).merged_into_id = ada.id
    with writing():
        service.ask(ada.id)
    run_everything()
    with writing() as session:  # Stripe has paid it back
        session.execute(sa.update(Refund).values(state="refunded"))
        session.execute(sa.update(Delivery).where(Delivery.errand == "money").values(done_at=clock.real_now()))
    run_everything()
    assert db.session.scalars(sa.select(Erasure.done_at)).one() is not None
    db.session.remove()
    return path


def names() -> set[str]:
    return set(db.session.scalars(sa.select(Person.name))) | set(db.session.scalars(sa.select(Place.name)))


def restore(app: Flask, path: Path, *more: str) -> Any:
    done = app.test_cli_runner().invoke(args=["restore", str(path), *more])
    db.session.remove()
    return done


def test_whoever_was_erased_since_the_backup_is_erased_again_before_any_page_shows_them(
    app: Flask, old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nightly = app.test_cli_runner().invoke(args=["backup", str(old.with_name("later.zip"))])
    text = (old.parent / erased_list.NAME).read_text()

    burn_down(app, tmp_path)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(links, "_key", b"quite another key of quite another house")
        refused = restore(app, old)
    said = restore(app, old)
    found, who = names(), set(db.session.scalars(sa.select(Person.email)))
    otto = browser_of(app)
    sign_in(otto, db.session.scalars(sa.select(Person).where(Person.name == "Otto")).one())
    seen = "".join(otto.get(page).text for page in (
        "/organise/registrations", "/organise/people", "/organise/search?q=lovela", "/organise/people?q=lovela",
        "/organise/gatherings", "/organise/", "/"))  # fmt: skip
    still = otto.get("/organise/open-again").text
    portuguese = otto.get("/organise/open-again?lang=pt").text
    asked_back = db.session.scalars(sa.select(sa.func.count(Refund.id)).where(Refund.state == "requested")).one()
    waiting = db.session.scalars(sa.select(Letter.kind).where(Letter.sent_at.is_(None), Letter.dropped_at.is_(None)))
    waits = list(waiting)
    with writing():
        repeated = again.erase_again()
    opened = app.test_cli_runner().invoke(args=["open-again", "--yes"])
    run_everything()
    after = names()

    assert "under another LINK_KEY" in refused.output
    assert (nightly.exit_code, said.exit_code, opened.exit_code) == (0, 0, 0), said.output
    assert "Erased again, because they were erased after this backup was made: 2." in said.output
    assert not {name for name in found | after if "Ada" in name}
    assert not who & {ADA, "ada.l@example.org"}
    assert "Lovelace" not in seen
    assert ADA not in seen
    assert "2 people who were erased after this backup was made" in still
    assert "2 pessoas apagadas" in portuguese
    assert (asked_back, waits, repeated) == (0, [], 0), "what went back went back before, and nobody hears of it again"
    assert len(text.splitlines()) == 3, "a key, Ada, and the record that became hers"


def test_without_any_list_the_house_says_so_and_one_laid_in_place_or_brought_later_is_heeded(
    app: Flask, old: Path, tmp_path: Path
) -> None:
    burnt = Path(app.config["ERASED_LIST"])
    burn_down(app, tmp_path)
    said = restore(app, old)
    shown = names()
    otto = browser_of(app)
    sign_in(otto, db.session.scalars(sa.select(Person).where(Person.name == "Otto")).one())
    still = otto.get("/organise/open-again").text
    own = Path(app.config["ERASED_LIST"])
    own.write_bytes(burnt.read_bytes()[:-5] + b"\xff\n")  # a line of two is damaged
    starting.erase_again(app)
    half = db.session.scalars(sa.select(sa.func.count(Erasure.id)).where(Erasure.done_at.is_not(None))).one()
    brought = app.test_cli_runner().invoke(args=["erase-again", str(burnt)])
    later = otto.get("/organise/open-again").text
    kept = erased_list.read([own])

    assert "No list of erased people was found" in said.output
    assert "Ada Lovelace" in shown
    assert "no list of erased people was found" in still
    assert half == 1, "before anything is served, by what can be read"
    assert brought.output == "Erased again: 1.\n"
    assert "2 people who were erased" in later
    assert len(kept.done) == 2


def test_an_erasure_that_had_only_begun_is_begun_again_and_waits_for_what_it_waited_for(
    app: Flask, tmp_path: Path
) -> None:
    ada = a_person(ADA, name="Ada Lovelace")
    there = a_gathering(price=0, starts_at=clock.now() + timedelta(hours=1))
    a_booking(there, ADA)
    run_everything()
    path = tmp_path / "house.zip"
    making.make(path)
    clock.move_to(clock.now() + timedelta(hours=2))
    with writing():
        service.ask(ada.id)
    run_everything()
    burnt = str(app.config["ERASED_LIST"])
    burn_down(app, tmp_path)
    said = restore(app, path, "--erased", burnt)
    first = db.session.scalars(sa.select(Erasure)).one()
    waits, is_still = first.waits_for, stillness.stands_still()
    app.test_cli_runner().invoke(args=["open-again", "--put-letters-aside", "--yes"])
    clock.move_to(clock.now() + timedelta(days=9))
    run_everything()
    done = db.session.scalars(sa.select(Erasure.done_at)).one()

    assert "made: 1." in said.output
    assert (waits, is_still) == ("running", True)
    assert done is not None


def test_the_list_is_written_before_the_step_is_and_once_only(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path(app.config["ERASED_LIST"])
    ada = a_person(ADA)
    with writing():
        erasure_id = service.ask(ada.id).id
    assert not path.exists()
    with suppress(RuntimeError), writing():
        service.go_on(ErasureAsked(erasure_id=erasure_id))
        raise RuntimeError("the power goes before the commit")
    cut_short = path.read_text()
    run_everything()
    run_everything()

    lines = path.read_text().splitlines()
    assert [line.split()[1] for line in cut_short.splitlines()[1:]] == ["begun"]
    assert [line.split()[1] for line in lines[1:]] == ["begun", "done"]
    assert str(ada.id) not in path.read_text()
    assert f"{ada.id:x}" not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    assert db.session.scalars(sa.select(Event.name).where(Event.name == "ErasedAgain")).all() == []


def test_beside_a_backup_there_is_a_list_also_when_nobody_was_ever_erased(app: Flask, tmp_path: Path) -> None:
    a_person(ADA, name="Ada Lovelace")
    path = tmp_path / "house.zip"
    for _night in range(2):
        assert app.test_cli_runner().invoke(args=["backup", str(path)]).exit_code == 0
    kept = (tmp_path / erased_list.NAME).read_text().splitlines()
    burn_down(app, tmp_path)

    said = restore(app, path)

    assert len(kept) == 1
    assert "made: 0." in said.output
    assert "Ada Lovelace" in names()
