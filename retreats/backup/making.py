"""Making a backup while the house is open: one reading transaction sees everything as it was at one moment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection

from retreats import clock, crypto, links
from retreats.backup import archive
from retreats.backup.rows import Shape, read, shape_of, tables
from retreats.db import db

LINK_PROOF = "backup"


class NoHouse(Exception):
    """The database has no tables: there is nothing to keep."""


def make(path: Path) -> dict[str, Any]:
    """Write everything into `path`, and give its manifest. The file that was there stays until the new one is whole.

    Raises NoHouse, archive.Busy, and OSError when the disk does not take it.
    """
    with archive.written(path) as file, _one_moment() as connection:
        migration = MigrationContext.configure(connection).get_current_revision()
        if migration is None:
            raise NoHouse
        writer = archive.Writer(file)
        try:
            manifest = _write(writer, connection) | {"migration": migration}
            writer.close(manifest)
        except BaseException:
            writer.give_up()
            raise
    return manifest


def _write(writer: archive.Writer, connection: Connection) -> dict[str, Any]:
    found, key_ids = tables(connection), set[str]()
    for table in found:
        shape = shape_of(table)
        writer.table(shape, _noting_keys(shape, read(connection, shape), key_ids))
    return {
        "format": archive.FORMAT,
        "made_at": clock.real_now().isoformat(),
        "store": connection.dialect.name,
        "tables": writer.parts,
        "next": _next_numbers(connection, found),
        "data_keys": {key_id: crypto.ring().proof(key_id) for key_id in sorted(key_ids)},
        "link_key": links.derive(LINK_PROOF),
    }


def _one_moment() -> Connection:
    """A connection that sees the house as it is at its first look, whatever others write meanwhile, and holds up nobody."""
    options = {"isolation_level": "REPEATABLE READ"} if db.engine.dialect.name == "postgresql" else {}
    return db.engine.connect().execution_options(**options)


def _noting_keys(shape: Shape, rows: Iterator[list[Any]], key_ids: set[str]) -> Iterator[list[Any]]:
    """The rows as they come, while the ids of the keys that sealed something in them are noted."""
    known = db.metadata.tables.get(shape.name)
    sealed = [
        position
        for position, (name, kind) in enumerate(shape.columns)
        if kind == "octets" and (name.endswith("_sealed") or _is_sensitive(known, name))
    ]
    for row in rows:
        key_ids.update(crypto.key_id_of(row[position]) for position in sealed if row[position])
        yield row


def _is_sensitive(known: sa.Table | None, name: str) -> bool:
    return known is not None and name in known.columns and bool(known.columns[name].info.get("sensitive"))


def _next_numbers(connection: Connection, found: list[sa.Table]) -> dict[str, int]:
    """For tables that are numbered by the store: the last number it gave."""
    numbered = {}
    for table in found:
        column = table.autoincrement_column
        if column is not None and (last := _last_number(connection, table, column)) is not None:
            numbered[table.name] = last
    return numbered


def _last_number(connection: Connection, table: sa.Table, column: sa.Column[int]) -> int | None:
    if connection.dialect.name != "postgresql":
        return connection.scalar(sa.select(sa.func.max(column)))
    sequence = connection.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, column.name)))
    if sequence is None:
        return None
    last: int | None = connection.scalar(sa.text(f"SELECT last_value FROM {sequence} WHERE is_called"))  # noqa: S608  (its own word)
    return last
