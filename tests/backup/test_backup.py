"""A backup is made while people book, shows whether it is whole, and fills either store; the house then stands still."""

from __future__ import annotations

import resource
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from flask import Flask

from retreats import clock, create_app, crypto, links
from retreats.backup import archive, making, restoring, rows
from retreats.booking.models import LedgerEntry, Place, Registration
from retreats.catalogue.models import Gathering
from retreats.db import db, new_id, writing
from retreats.demo.load import load
from retreats.feedback.models import Need
from retreats.outbox import stillness
from retreats.outbox.models import Event
from retreats.payments import service as payments
from retreats.upkeep import checks
from tests import oracle
from tests.conftest import settings
from tests.house import a_booking, a_gathering, a_person

pytestmark = pytest.mark.slow

CONFIDENTIAL = "I am afraid of closed rooms"
OTHER_KEY = "k001:" + "B" * 43 + "="
Machines = Callable[..., AbstractContextManager[Flask]]


@pytest.fixture
def machine(store: str, tmp_path: Path, request: pytest.FixtureRequest) -> Machines:
    """Machines on which nothing is, of this store or of the other one."""
    count = iter(range(10))

    @contextmanager
    def opened(on: str = store, **more: Any) -> Iterator[Flask]:
        folder = tmp_path / f"machine-{next(count)}"
        url = f"sqlite:///{folder / 'house.db'}"
        if on == "postgres":
            url = request.getfixturevalue("postgres_server").new_database()
        keys, link_key = crypto.ring(), links._key
        app = create_app(**settings(url, folder, **more))
        try:
            with app.app_context():
                yield app
                db.session.remove()
                db.engine.dispose()
        finally:
            crypto._ring, links._key = keys, link_key

    return opened


@pytest.fixture
def backup(app: Flask, tmp_path: Path) -> Path:
    """Of a house with one booking, one need told in confidence, and all that is to follow."""
    a_booking(a_gathering(), "ada@example.org", "bo@example.org")
    with writing() as session:
        need = Need(id=new_id(), place_id=session.scalars(sa.select(Place.id)).first(), key="other")
        need.text = CONFIDENTIAL
        session.add(need)
    path = tmp_path / "house.zip"
    making.make(path)
    return path


def everything() -> dict[str, list[list[Any]]]:
    """All rows of all tables, as they stand in this store."""
    with db.engine.connect() as connection:
        shapes = [rows.shape_of(table) for table in rows.tables(connection)]
        return {shape.name: [rows.spelled(shape, row) for row in rows.read(connection, shape)] for shape in shapes}


def test_what_the_demonstration_holds_comes_back_in_the_other_store_and_again_in_this_one(
    app: Flask, store: str, tmp_path: Path, machine: Machines
) -> None:
    with writing() as session:
        load(session)
    a_booking(a_gathering(), "éva@example.org", name="Éva «Zé» O'Neill \U0001f33f")
    before = everything()
    there, back = tmp_path / "there.zip", tmp_path / "back.zip"
    making.make(there)
    db.session.remove()

    other = "sqlite" if store == "postgres" else "postgres"
    if other == "postgres" and not _has_postgres():
        other = store
    with machine(other):
        restoring.restore(archive.opened(there))
        in_other = everything()
        making.make(back)
    with machine(store):
        restoring.restore(archive.opened(back))
        again = everything()
        with writing() as session:
            happened = Event(name="LetterWritten", payload={}, happened_at=clock.now())
            session.add(happened)
        numbered = happened.position

    marks = [(len(found["event"]), len(found["delivery"])) for found in (before, in_other, again)]
    assert marks == [(marks[0][0] + n, marks[0][1] + n) for n in range(3)], (
        "what makes it stand still, and nothing else"
    )
    for found in (in_other, again):
        for table in ("event", "delivery"):
            del found[table][len(before[table]) :]
    assert sum(len(each) for each in before.values()) > 500
    assert in_other == before
    assert again == before
    assert numbered == max(row[0] for row in before["event"]) + 3


def _has_postgres() -> bool:
    from tests import postgres

    try:
        postgres._wheel()
    except postgres.Unavailable:
        return False
    return True


def test_a_backup_made_while_people_book_and_pay_holds_whole_bookings_only(
    app: Flask, tmp_path: Path, machine: Machines
) -> None:
    """BAK-01: every row leads somewhere, the counters agree with the rows (I1), and so do the books (I2)."""
    gathering = a_gathering(places=200, price=480_00)
    path, enough = tmp_path / "house.zip", threading.Event()
    booked: list[int] = []

    def book() -> None:
        with app.app_context():
            while not enough.is_set():
                registration = a_booking(gathering, f"ada{len(booked)}@example.org", f"bo{len(booked)}@example.org")
                if len(booked) % 2 == 0:
                    with writing():
                        payments.receive(registration.id, 960_00, way="cash", key=f"paid-{len(booked)}")
                booked.append(registration.id)
                db.session.remove()

    writer = threading.Thread(target=book)
    writer.start()
    try:
        while len(booked) < 3:
            enough.wait(0.01)
        made_after = len(booked)
        making.make(path)
    finally:
        enough.set()
        writer.join()
    lines = ledger()
    with machine():
        restoring.restore(archive.opened(path))
        found, restored_lines = everything(), ledger()
        assert astray() == []
        assert promised() == []
        with writing() as session:
            session.execute(sa.update(Gathering).values(taken=Gathering.taken + 1))
        assert len(promised()) == 1, "somebody who looks would see it"

    assert made_after <= len(found["registration"]) <= len(booked)
    assert len(found["place"]) == 2 * len(found["registration"])
    names = [row[_position("event", "name")] for row in found["event"]]
    assert names.count("RegistrationHeld") == len(found["registration"])
    assert names.count("PaidByHand") == len(restored_lines)
    assert restored_lines
    assert restored_lines.items() <= lines.items()


def ledger() -> dict[int, tuple[int, str]]:
    """What was paid for each registration, and how that stands."""
    query = sa.select(Registration.id, LedgerEntry.amount_minor, Registration.state).join(LedgerEntry.registration)
    return {registration_id: (amount, state) for registration_id, amount, state in db.session.execute(query)}


def promised() -> list[str]:
    """What of I1, I2 and I4 does not hold here."""
    world = oracle.World(db.session(), {"payment_intents": {}}, [], {}, clock.real_now())
    found = [*oracle.places(world), *oracle.money(world), *oracle.effects(world)]
    found += [f"{amount} paid of {state}" for amount, state in ledger().values() if amount != 960_00]
    db.session.rollback()
    return found


def astray() -> list[str]:
    """Rows that point at nothing, and, on SQLite, what its own check says of the file."""
    found = []
    for key in (key for table in db.metadata.sorted_tables for key in table.foreign_keys):
        there = sa.select(key.column).where(key.column.is_not(None))
        lost = sa.select(sa.func.count()).where(key.parent.is_not(None), key.parent.not_in(there))
        if db.session.scalar(lost):
            found.append(f"{key.parent} leads to no {key.column}")
    if db.engine.dialect.name == "sqlite":
        said = db.session.scalars(sa.text("PRAGMA integrity_check")).all()
        found += [str(each) for each in said if each != "ok"]
    db.session.rollback()
    return found


def _position(table: str, column: str) -> int:
    with db.engine.connect() as connection:
        [shape] = [rows.shape_of(each) for each in rows.tables(connection) if each.name == table]
    return [name for name, _kind in shape.columns].index(column)


def test_one_changed_bit_anywhere_and_every_shorter_file_are_noticed(backup: Path, tmp_path: Path) -> None:
    octets, broken = backup.read_bytes(), tmp_path / "broken.zip"
    step = len(octets) // 60

    said = []
    for at in [*range(0, len(octets), step), *range(len(octets) - 90, len(octets))]:
        changed = bytearray(octets)
        changed[at] ^= 4
        broken.write_bytes(changed)
        with pytest.raises(archive.NotWhole):
            archive.opened(broken)
        said.append(at)
    for length in (0, 1, 63, 64, 65, len(octets) // 2, len(octets) - 1):
        broken.write_bytes(octets[:length])
        with pytest.raises(archive.NotWhole):
            archive.opened(broken)

    assert len(said) > 140
    assert archive.opened(backup).manifest["data_keys"].keys() == {"k001"}


def test_nothing_told_in_confidence_can_be_read_in_it_and_no_key_stands_in_it(backup: Path) -> None:
    with ZipFile(backup) as parts:
        octets = b"".join(parts.read(name) for name in parts.namelist())

    assert b"ada@example.org" in octets
    assert CONFIDENTIAL.encode() not in octets
    assert b"A" * 43 not in octets
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_machine_with_other_keys_says_so_before_anything_is_written(backup: Path, machine: Machines) -> None:
    with machine(DATA_KEYS=OTHER_KEY, LINK_KEY="another key of links, of 32 letters and more") as other:
        run = other.test_cli_runner()
        checked = run.invoke(args=["backup", str(backup), "--check"])
        refused = run.invoke(args=["restore", str(backup)])
        tables = sa.inspect(db.engine).get_table_names()
        forced = run.invoke(args=["restore", str(backup), "--without-keys"])

    assert (checked.exit_code, refused.exit_code, tables, forced.exit_code) == (1, 1, [], 0)
    for output in (checked.output, refused.output):
        assert "DATA_KEYS has no key 'k001'" in output
        assert "LINK_KEY is another one" in output


def test_a_house_is_restored_into_an_empty_database_only(backup: Path, app: Flask, machine: Machines) -> None:
    before = everything()

    refused = app.test_cli_runner().invoke(args=["restore", str(backup)])
    untouched = everything()
    with machine() as other:
        first = other.test_cli_runner().invoke(args=["restore", str(backup)])
        second = other.test_cli_runner().invoke(args=["restore", str(backup)])

    assert (refused.exit_code, untouched) == (1, before)
    assert "There is a house in this database already" in refused.output
    assert (first.exit_code, second.exit_code) == (0, 1)


def test_a_machine_that_laid_its_tables_already_is_as_good_as_an_empty_one(backup: Path, machine: Machines) -> None:
    with machine() as other:
        other.test_cli_runner().invoke(args=["db", "upgrade"])
        done = other.test_cli_runner().invoke(args=["restore", str(backup)])
        names = db.session.scalars(sa.text("SELECT email FROM person ORDER BY email")).all()

    assert done.exit_code == 0, done.output
    assert {"ada@example.org"} <= set(names)


def test_a_restore_that_breaks_off_leaves_an_empty_house_that_can_be_filled(
    backup: Path, machine: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_arguments: Any, **_more: Any) -> None:
        raise OSError(28, "No space left on device")

    with machine() as other:
        with monkeypatch.context() as broken:
            broken.setattr(stillness, "stand_still", breaks)
            refused = other.test_cli_runner().invoke(args=["restore", str(backup)])
        left = sum(len(each) for each in everything().values())
        done = other.test_cli_runner().invoke(args=["restore", str(backup)])

    assert refused.output == "Nothing was restored (No space left on device).\n"
    assert (left, done.exit_code) == (0, 0)


def test_a_copy_of_the_database_s_own_file_is_explained_and_not_taken(app: Flask, store: str, tmp_path: Path) -> None:
    if store == "postgres":
        pytest.skip("PostgreSQL has no such file")
    a_person("ada@example.org")
    shutil.copy(app.config["VAR_DIR"] / "house.db", tmp_path / "copy.db")

    said = app.test_cli_runner().invoke(args=["restore", str(tmp_path / "copy.db")])

    assert said.exit_code == 1
    assert "a copy of the database's own file and no backup" in said.output


def test_a_full_disk_leaves_the_backup_before_it_and_nothing_that_looks_like_one(backup: Path, app: Flask) -> None:
    before = backup.read_bytes()
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, old[1]))
    try:
        said = app.test_cli_runner().invoke(args=["backup", str(backup)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)

    assert (said.exit_code, "it is untouched" in said.output) == (1, True)
    assert backup.read_bytes() == before
    assert sorted(each.name for each in backup.parent.iterdir() if "house.zip" in each.name) == ["house.zip"]


def test_two_backups_into_one_file_do_not_mix(backup: Path, app: Flask) -> None:
    with archive.written(backup) as file:
        file.write(b"0" * 64)
        said = app.test_cli_runner().invoke(args=["backup", str(backup)])
        file.write(b"0" * 64)

    assert said.exit_code == 1
    assert "Another process is writing" in said.output


def test_what_an_older_process_left_half_written_is_written_over(backup: Path, app: Flask) -> None:
    backup.with_name("house.zip.part").write_bytes(b"x" * 500_000)

    said = app.test_cli_runner().invoke(args=["backup", str(backup)])

    assert said.exit_code == 0
    assert archive.opened(backup).manifest["tables"]["registration"]["rows"] == 1
    assert not backup.with_name("house.zip.part").exists()


def test_an_older_backup_stands_still_too_and_is_brought_up_to_date(
    backup: Path, machine: Machines, tmp_path: Path
) -> None:
    older = tmp_path / "older.zip"
    with machine() as other:
        run = other.test_cli_runner()
        assert run.invoke(args=["restore", str(backup)]).exit_code == 0
        db.session.remove()
        assert run.invoke(args=["db", "downgrade", "0002"]).exit_code == 0
        making.make(older)
    with machine() as other:
        done = other.test_cli_runner().invoke(args=["restore", str(older)])
        still, count = (
            stillness.stands_still(),
            db.session.scalar(sa.select(sa.func.count(Event.position)).where(Event.name == "HouseRestored")),
        )

    assert archive.opened(older).manifest["migration"] == "0002"
    assert (done.exit_code, still, count) == (0, True, 2)


def test_a_backup_of_newer_code_says_what_is_missing(backup: Path, machine: Machines) -> None:
    found = archive.opened(backup)
    found.manifest["migration"] = "9999"

    with machine(), pytest.raises(archive.NotWhole, match="install a newer version"):
        restoring.restore(found)


def test_the_doctor_asks_for_a_backup_once_there_is_something_to_lose_and_when_the_last_one_is_old(
    backup: Path, app: Flask
) -> None:
    start, said = clock.now(), []
    for days, made in ((1, False), (3, True), (4, False), (8, False)):
        clock.move_to(start + timedelta(days=days))
        said.append([sentence.split(":")[0] for sentence in checks._backup()])
        db.session.rollback()
        if made:
            app.test_cli_runner().invoke(args=["backup", str(backup)])

    assert said == [[], ["No backup was ever made"], [], ["The last backup is 5 days old"]]
