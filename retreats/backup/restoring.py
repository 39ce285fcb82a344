"""Filling an empty database from a backup. Afterwards the house stands still until somebody opens it again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy.engine import Connection

from retreats import crypto, links
from retreats.backup.archive import NotWhole, Reader
from retreats.backup.making import LINK_PROOF
from retreats.backup.rows import VERSIONS, Shape, shape_of, tables, understood, write
from retreats.db import db, let_go
from retreats.outbox import stillness

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


class NotEmpty(Exception):
    """There is something in this database already; the sentence says what."""


class KeysMissing(Exception):
    """Keys that this backup needs are not the keys of this machine; the sentences say which."""


def keys_missing(backup: Reader) -> list[str]:
    """What could not be read, or would not open any more, with the keys of this machine."""
    found = [
        f"DATA_KEYS has no key {key_id!r}, or another one of this name: what was written in confidence could not be read."
        for key_id, proof in backup.manifest["data_keys"].items()
        if not crypto.ring().proves(key_id, proof)
    ]
    if backup.manifest["link_key"] != links.derive(LINK_PROOF):
        found.append("LINK_KEY is another one: no link in any letter that people have would open.")
    return found


def restore(backup: Reader, *, without_keys: bool = False) -> None:
    """Fill the empty database with it, and bring it to this code's migration. All of it, or nothing.

    Raises NotEmpty, KeysMissing (unless `without_keys`), and NotWhole for a backup of newer code.
    """
    missing = keys_missing(backup)
    if missing and not without_keys:
        raise KeysMissing(" ".join(missing))
    migration = backup.manifest["migration"]
    if migration not in known_migrations():
        message = f"This backup is of migration {migration}, which this code does not know: install a newer version."
        raise NotWhole(message)
    let_go()
    _must_be_empty()
    _bring_to(migration)
    with db.engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection, connection.begin():
        _fill(connection, backup)
    upgrade(directory=str(MIGRATIONS))


def known_migrations() -> list[str]:
    """Every migration of this code, the first one first."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    return [each.revision for each in ScriptDirectory.from_config(settings).walk_revisions()][::-1]


def _must_be_empty() -> None:
    with db.engine.connect() as connection:
        for table in tables(connection):
            count = connection.scalar(sa.select(sa.func.count()).select_from(table))
            if count:
                message = (f"There is a house in this database already ({table.name}: {count}). A backup is restored into an "
                           "empty one only: set DATABASE_URL or VAR_DIR to a new one.")  # fmt: skip
                raise NotEmpty(message)


def _bring_to(migration: str) -> None:
    """Lay the tables as they were when the backup was made."""
    with db.engine.connect() as connection:
        here = sa.inspect(connection).has_table(VERSIONS) and connection.scalar(
            sa.text(f"SELECT version_num FROM {VERSIONS}")  # noqa: S608  (a word of ours)
        )
    known = known_migrations()
    if here and (here not in known or known.index(here) > known.index(migration)):
        downgrade(directory=str(MIGRATIONS), revision=migration)
    else:
        upgrade(directory=str(MIGRATIONS), revision=migration)


def _fill(connection: Connection, backup: Reader) -> None:
    found = tables(connection)
    _must_fit(backup, found)
    keys = [key for table in found for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.name))]
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    else:
        for key in keys:
            connection.execute(sa.schema.DropConstraint(key))
    for table in reversed(found):
        connection.execute(sa.delete(table))  # what a migration itself puts in
    for shape in backup.shapes():
        write(connection, shape, _rows(backup, shape))
    if not is_sqlite:
        for key in keys:
            connection.execute(sa.schema.AddConstraint(key))
        _go_on_numbering(connection, found, backup.manifest["next"])
    _compare(connection, backup)
    stillness.stand_still(connection, backup_made_at=datetime.fromisoformat(backup.manifest["made_at"]))


def _must_fit(backup: Reader, found: list[sa.Table]) -> None:
    theirs = {shape.name: set(shape.columns) for shape in backup.shapes()}
    ours = {table.name: set(shape_of(table).columns) for table in found}
    if theirs != ours:
        differ = sorted(name for name in theirs.keys() | ours.keys() if theirs.get(name) != ours.get(name))
        message = f"This backup does not fit the tables of its migration: {', '.join(differ)}."
        raise NotWhole(message)


def _rows(backup: Reader, shape: Shape) -> Iterator[list[Any]]:
    return (understood(shape, row) for row in backup.rows(shape.name))


def _go_on_numbering(connection: Connection, found: list[sa.Table], last: dict[str, int]) -> None:
    for table in found:
        column = table.autoincrement_column
        if column is not None and table.name in last:
            sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(sa.select(sa.func.setval(sequence, last[table.name])))


def _compare(connection: Connection, backup: Reader) -> None:
    """As many rows as there were, and none that points to nothing."""
    for shape in backup.shapes():
        count = connection.scalar(sa.select(sa.func.count()).select_from(shape.table()))
        if count != backup.manifest["tables"][shape.name]["rows"]:
            message = f"Of {shape.name} only {count} rows came in."
            raise NotWhole(message)
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        message = "Rows of this backup point to others that are not there."
        raise NotWhole(message)
