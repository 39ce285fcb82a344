"""What takes long to come about is let happen once, and remembered for the tests that begin there."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from retreats import clock
from retreats.db import db
from retreats.house.keeping import keeper
from tests.conftest import UNCHECKED, Written, empty


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
    _again(_moments[key])


def _again(moment: Moment) -> None:
    empty()
    with db.engine.begin() as connection:
        _put_back(connection, moment.rows)
    keeper().forget()
    keeper().said()
    clock.move_to(moment.now)


class Story:
    """The steps that were told since the house was empty, as long as nothing else has written anything in between."""

    letters: list[Any] | None = None
    """Where this test reads its letters; None where nothing is to be remembered from step to step."""
    steps: tuple[Hashable, ...] = ()
    mark = -1
    is_telling = False

    def so_far(self) -> tuple[Hashable, ...] | None:
        """The steps up to here, or None when the house has gone its own way."""
        if self.letters is None or self.is_telling:
            return None
        if Written.count == Written.emptied:
            return (str(db.engine.url),)
        return self.steps if Written.count == self.mark else None

    def goes_on(self, steps: tuple[Hashable, ...]) -> None:
        """The house stands where these steps led."""
        self.steps, self.mark = steps, Written.count


story = Story()
_told: dict[tuple[Hashable, ...], tuple[Moment, list[Any], Any]] = {}


def told(step: Hashable, happen: Callable[[], Any], found: Callable[[Any], Any]) -> Any:
    """What this step gives: it happens the first time that it is told after the same ones, and from then on its rows and
    its letters are put back, and what it gave is looked up by its id.
    """
    before = story.so_far()
    if before is None or story.letters is None:
        return happen()
    steps, sent = (*before, step, clock.now()), len(story.letters)
    if steps in _told:
        moment, letters, given = _told[steps]
        db.session.remove()
        _again(moment)
        story.letters.extend(letters)
        story.goes_on(steps)
        return found(given)
    story.is_telling = True
    try:
        result = happen()
    finally:
        story.is_telling = False
    db.session.remove()
    with db.engine.begin() as connection:
        moment = Moment(_taken(connection), clock.now())
    _told[steps] = moment, story.letters[sent:], getattr(result, "id", None)
    story.goes_on(steps)
    return result


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
