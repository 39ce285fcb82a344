"""What takes long to come about is let happen once, and remembered for the tests that begin there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from retreats import clock
from retreats.db import db
from retreats.house.keeping import keeper
from tests.conftest import UNCHECKED, empty


@dataclass(frozen=True)
class Moment:
    """Every row of a house, as its store says them, and what time it was."""

    rows: Mapping[str, Any]
    now: datetime


_moments: dict[tuple[str, str], Moment] = {}


def remembered(name: str, happen: Callable[[], object]) -> None:
    """The house as it is after this: let it happen in an empty one the first time, and put its rows back from then on.

    Only what stands in the tables comes back. Letters that left meanwhile, and cookies, do not.
    """
    db.session.remove()
    key = (name, str(db.engine.url))
    if key not in _moments:
        happen()
        db.session.remove()
        with db.engine.begin() as connection:
            _moments[key] = Moment(_taken(connection), clock.now())
        return
    empty()
    with db.engine.begin() as connection:
        _put_back(connection, _moments[key].rows)
    keeper().forget()
    keeper().said()
    clock.move_to(_moments[key].now)


def _taken(connection: Connection) -> dict[str, Any]:
    tables = [table.name for table in db.metadata.sorted_tables]
    if connection.dialect.name == "sqlite":
        taken = {name: [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name}")] for name in tables}
    else:
        taken = {name: _copied_out(connection, name) for name in tables}
    return {name: rows for name, rows in taken.items() if rows}


def _copied_out(connection: Connection, name: str) -> bytes:
    with connection.connection.cursor().copy(f"COPY {name} TO STDOUT") as copy:
        return b"".join(bytes(block) for block in copy)


def _put_back(connection: Connection, taken: Mapping[str, Any]) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for name, rows in taken.items():
            marks = ", ".join("?" * len(rows[0]))
            connection.exec_driver_sql(f"INSERT INTO {name} VALUES ({marks})", rows)
        return
    connection.exec_driver_sql(UNCHECKED)
    for name, rows in taken.items():
        with connection.connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
            copy.write(rows)
    connection.connection.cursor().execute(_COUNTERS)


_COUNTERS = """
DO $$ DECLARE each record; BEGIN
  FOR each IN SELECT s.relname AS counter, t.relname AS of_table, a.attname AS of_column
      FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')
      JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
      WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace LOOP
    EXECUTE format('SELECT setval(%L, coalesce(max(%I), 0) + 1, false) FROM %I', each.counter, each.of_column, each.of_table);
  END LOOP;
END $$
"""
"""Lets every counter of PostgreSQL go on after the highest number that is there."""
