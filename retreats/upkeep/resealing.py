"""A new key of the house takes the place of an old one: what the old one sealed is sealed anew, while people come and go.

Each text is opened, sealed and put back only if it is still the one that was opened, a few at a time, in the order of
numbers that tell nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import CursorResult

from retreats import crypto
from retreats.db import db
from retreats.feedback.service import sealing

AT_ONCE = 200
"""So many are sealed in one transaction: nobody who writes waits longer than that takes."""


@dataclass(frozen=True)
class Cells:
    """One column of sealed texts."""

    column: sa.Column[Any]
    key: sa.Column[Any]

    def bound_to(self, key: Any) -> dict[str, Any]:  # Any: a number, or the place of a sealed answer
        """To which cell the text of this row is sealed."""
        row = sealing.row_of(key) if isinstance(key, bytes) else key
        return {"table": self.column.table.name, "column": self.column.name, "row": row}


@dataclass(frozen=True)
class Resealed:
    """What one step did: after which row the next begins (None: at the end), how many it sealed anew, how many did not open."""

    after: Any  # Any: a number, or the place of a sealed answer
    count: int = 0
    broken: int = 0


def every_column() -> Iterator[Cells]:
    """All columns whose texts are sealed with DATA_KEYS."""
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if column.name.endswith("_sealed") or (table.name, column.name) == ("sealed_answer", "blob"):
                yield Cells(column, next(iter(table.primary_key.columns)))


def some(cells: Cells, *, after: Any = None) -> Resealed:  # Any: as in Resealed
    """Seal the next few of this column anew, with the first of DATA_KEYS. Raises KeyMissing where the old key is not there."""
    column, key = cells.column, cells.key
    others = sa.func.substr(column, 1, crypto.KEY_ID_LENGTH) != crypto.ring().seals_with
    wanted = sa.select(key, column).where(column.is_not(None), others).order_by(key).limit(AT_ONCE)
    rows = db.session.execute(wanted if after is None else wanted.where(key > after)).all()
    done = [_anew(cells, *row) for row in rows]
    return Resealed(rows[-1][0] if rows else None, done.count(True), done.count(None))


def _anew(cells: Cells, key: Any, sealed: bytes) -> bool | None:
    """True when it was sealed anew, False when somebody changed it meanwhile, None when it does not open."""
    cell = cells.bound_to(key)
    try:
        text = crypto.ring().open(sealed, **cell)
    except crypto.SealBroken:
        return None
    same = sa.update(cells.column.table).where(cells.key == key, cells.column == sealed)
    changed = db.session.execute(same.values({cells.column: crypto.ring().seal(text, **cell)}))
    return cast("CursorResult[object]", changed).rowcount == 1  # cast: an UPDATE always gives a cursor
