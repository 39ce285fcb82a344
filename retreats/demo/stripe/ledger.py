"""What the stand-in keeps, in one SQLite file: objects, answers to idempotent requests, and letters of events on their way.

One connection under one lock: what happens here happens one after the other. A transaction that was committed
survives the death of the process.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

from retreats.demo.stripe.decoding import Thing

DAY = 86400
ANSWERS_KEPT = DAY
"""Seconds. Stripe forgets idempotency keys after at least 24 hours."""
EVENTS_KEPT = 30 * DAY
"""Seconds, as at Stripe."""

_TABLES = """
CREATE TABLE IF NOT EXISTS thing (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, created INTEGER NOT NULL,
  due INTEGER, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS thing_kind ON thing (kind, number);
CREATE INDEX IF NOT EXISTS thing_due ON thing (due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS thing_intent ON thing (kind, json_extract(body, '$.payment_intent'));
CREATE TABLE IF NOT EXISTS answer (
  key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, request TEXT NOT NULL, created INTEGER NOT NULL,
  status INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS delivery (
  number INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, due REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'waiting', answer TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (due) WHERE state = 'waiting';
"""


@dataclass(frozen=True)
class Delivery:
    """One event on its way. `state` is waiting, delivered, dropped (on purpose) or failed (given up)."""

    number: int
    event: str
    due: float
    attempts: int
    state: str
    answer: str


class Ledger:
    """The file. `:memory:` is one too."""

    def __init__(self, path: Path | str) -> None:
        self._lock = RLock()
        self._inside = False
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_TABLES)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All of it or nothing. Within another one it belongs to that one."""
        with self._lock:
            if self._inside:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            self._inside = True
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            else:
                self._db.execute("COMMIT")
            finally:
                self._inside = False

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else reads or writes meanwhile; transactions are begun and ended inside."""
        with self._lock:
            yield

    def add(self, thing: Thing, *, due: int | None = None) -> None:
        """Keep a new object; `due` is when time will change it."""
        self._run(
            "INSERT INTO thing (id, kind, created, due, body) VALUES (?, ?, ?, ?, ?)",
            *(thing["id"], thing["object"], thing["created"], due, json.dumps(thing)),
        )

    def save(self, thing: Thing, *, due: int | None = None) -> None:
        """Keep what an object has become."""
        self._run("UPDATE thing SET body = ?, due = ? WHERE id = ?", json.dumps(thing), due, thing["id"])

    def find(self, identifier: str) -> Thing | None:
        rows = self._run("SELECT body FROM thing WHERE id = ?", identifier)
        return json.loads(rows[0][0]) if rows else None

    def due(self, now: int) -> list[str]:
        """Ids of the objects that time changes now."""
        return [row[0] for row in self._run("SELECT id FROM thing WHERE due <= ? ORDER BY due, number", now)]

    def listed(
        self,
        kind: str,
        conditions: list[tuple[str, Any]] | None = None,
        *,
        limit: int = -1,
        after: str | None = None,
        before: str | None = None,
    ) -> list[Thing]:
        """Newest first. A condition is SQL about `created` or `body` with one value; `after` and `before` are ids."""
        clauses, values = ["kind = ?"], [kind]
        for clause, value in conditions or []:
            clauses.append(clause)
            values.append(value)
        for sign, cursor in (("<", after), (">", before)):
            if cursor is not None:
                clauses.append(f"number {sign} (SELECT number FROM thing WHERE id = ?)")  # noqa: S608  (two signs of ours)
                values.append(cursor)
        order = "ASC" if before is not None else "DESC"
        found = self._run(
            f"SELECT body FROM thing WHERE {' AND '.join(clauses)} ORDER BY number {order} LIMIT {limit:d}",  # noqa: S608  (clauses are ours)
            *values,
        )
        things = [json.loads(row[0]) for row in found]
        return things[::-1] if before is not None else things

    def answered(self, key: str) -> tuple[str, str, int, str] | None:
        """Fingerprint, request id, status and body of what this idempotency key was answered."""
        rows = self._run("SELECT fingerprint, request, status, body FROM answer WHERE key = ?", key)
        return rows[0] if rows else None

    def remember(self, key: str, fingerprint: str, request: str, now: int, *, status: int, body: str) -> None:
        self._run("INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?)", key, fingerprint, request, now, status, body)

    def send(self, event: str, due: float, *, state: str = "waiting") -> None:
        self._run("INSERT INTO delivery (event, due, state) VALUES (?, ?, ?)", event, due, state)

    def deliveries(
        self, *, state: str | None = None, due: float | None = None, event: str | None = None
    ) -> list[Delivery]:
        """In the order in which they go out."""
        rows = self._run(
            "SELECT number, event, due, attempts, state, answer FROM delivery WHERE (?1 IS NULL OR state = ?1)"
            " AND (?2 IS NULL OR due <= ?2) AND (?3 IS NULL OR event = ?3) ORDER BY due, number",
            *(state, due, event),
        )
        return [Delivery(*row) for row in rows]

    def note(self, delivery: int, *, state: str, due: float, answer: str) -> None:
        """What came of an attempt."""
        self._run(
            "UPDATE delivery SET state = ?, due = ?, answer = ?, attempts = attempts + 1 WHERE number = ?",
            *(state, due, answer, delivery),
        )

    def forget(self, now: int) -> None:
        """Let go of answers and events that Stripe would no longer keep."""
        with self.writing():
            self._run("DELETE FROM answer WHERE created < ?", now - ANSWERS_KEPT)
            self._run("DELETE FROM thing WHERE kind = 'event' AND created < ?", now - EVENTS_KEPT)
            self._run("DELETE FROM delivery WHERE event NOT IN (SELECT id FROM thing WHERE kind = 'event')")

    def empty(self) -> None:
        with self.writing():
            for table in ("thing", "answer", "delivery"):
                self._run(f"DELETE FROM {table}")  # noqa: S608  (the names are above)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _run(self, statement: str, *values: Any) -> list[Any]:  # rows
        with self._lock:
            return self._db.execute(statement, values).fetchall()
