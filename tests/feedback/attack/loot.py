"""What can be stolen at one moment: the live store as it lies, and a backup file."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from retreats.backup import archive, making
from retreats.db import db

LIES, TRANSACTION = "(lies)", "(transaction)"
_NUMBERS = re.compile(r"\b[0-9a-f]{12,}\b")
"""What can lead from one row to another: ids, references, locators. They are all long."""


@dataclass(frozen=True)
class Row:
    """One row: its columns with what can be compared, and every long number or word in it."""

    table: str
    cells: dict[str, Any]
    leads_to: frozenset[str]


@dataclass(frozen=True)
class Loot:
    """All rows of one moment."""

    live: list[Row]
    backup: list[Row]


def stolen(path: Path) -> Loot:
    """Everything, now."""
    db.session.remove()
    making.make(path)
    return Loot(_live(), _backed_up(path))


def _live() -> list[Row]:
    found: list[Row] = []
    is_postgres = db.engine.dialect.name == "postgresql"
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            has_rowid = table.dialect_options["sqlite"]["with_rowid"] is not False
            how = _AS_IT_LIES_ON_POSTGRES if is_postgres else _AS_IT_LIES if has_rowid else _WITHOUT_ROWID
            for number, row in enumerate(connection.execute(text(how.format(table.name))).mappings()):
                cells = dict(row) | {LIES: number}
                found.append(_row(table.name, cells))
    return found


_AS_IT_LIES_ON_POSTGRES = f'SELECT xmin::text AS "{TRANSACTION}", * FROM "{{}}" ORDER BY ctid'
_AS_IT_LIES = 'SELECT * FROM "{}" ORDER BY rowid'
_WITHOUT_ROWID = 'SELECT * FROM "{}"'


def _backed_up(path: Path) -> list[Row]:
    found, reader = [], archive.Reader(path)
    for shape in reader.shapes():
        for number, values in enumerate(reader.rows(shape.name)):
            cells: dict[str, Any] = {LIES: number}
            for (name, kind), value in zip(shape.columns, values, strict=True):
                cells[name] = base64.b64decode(str(value)) if kind == "octets" and value is not None else value
            found.append(_row(shape.name, cells))
    return found


def _row(table: str, cells: dict[str, Any]) -> Row:
    plain = {name: _plain(value) for name, value in cells.items() if value is not None}
    words = {word for value in plain.values() for word in words_in(str(value))}
    if TRANSACTION in cells:
        words.add(f"transaction {cells[TRANSACTION]}")
        plain[TRANSACTION] = int(cells[TRANSACTION])
    return Row(table, plain, frozenset(words))


def words_in(spelled: str) -> set[str]:
    """Everything in it that can lead somewhere else."""
    return set(_NUMBERS.findall(spelled))


def _plain(value: Any) -> Any:
    if isinstance(value, memoryview | bytes):
        return bytes(value).hex()
    return value if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
