"""One's own logs, what came back from what was tried, and the lines that are for everybody."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload, selectinload

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import Localised, db
from retreats.feedback.models import Batch, Decision, Development, FormWindow, Reading, Supervision
from retreats.feedback.queries.results import SHOWN, ScaleRow, scale_rows
from retreats.feedback.service.learning import led_by
from retreats.languages import t

MOST_LINES = 5
"""So many public lines stand on somebody's page."""


@dataclass(frozen=True)
class Entry:
    """An entry of the development log with what came back."""

    row: Development
    results: list[ScaleRow] = field(default_factory=list)
    """The chosen question's answers in the gathering where it was tried, once they were read."""
    waiting: str = ""
    """Why there are none yet."""
    decisions: list[Decision] = field(default_factory=list)
    """What was decided because of it."""


@dataclass(frozen=True)
class Taught:
    """What a group taught somebody, in one line."""

    text: Localised
    by: str
    gathering: Gathering


def entries(person_id: int, year: int | None = None) -> list[Entry]:
    """One's own development log, the latest first; the same few statements for one entry as for thirty."""
    query = (
        select(Development)
        .where(Development.person_id == person_id)
        .options(joinedload(Development.gathering), joinedload(Development.tries_in))
        .order_by(Development.day.desc(), Development.id)
    )
    rows = db.session.scalars(query if year is None else query.where(Development.day.startswith(f"{year:04}-"))).all()
    decided: dict[int, list[Decision]] = {}
    for decision in db.session.scalars(
        select(Decision)
        .where(Decision.development_id.in_([row.id for row in rows]), Decision.is_current)
        .options(selectinload(Decision.changes))
        .order_by(Decision.decided_at)
    ):
        decided.setdefault(decision.development_id or 0, []).append(decision)
    read = _read([row.tries_in_id for row in rows if row.tries_in_id], person_id)
    return [_entry(row, read, decided.get(row.id, [])) for row in rows]


def supervisions(person_id: int, year: int | None = None) -> list[Supervision]:
    """One's own supervision log, the latest first."""
    query = select(Supervision).where(Supervision.person_id == person_id)
    query = query if year is None else query.where(Supervision.day.startswith(f"{year:04}-"))
    return list(db.session.scalars(query.order_by(Supervision.day.desc(), Supervision.id)))


def years(person_id: int) -> list[int]:
    """The years in which something was written down, the latest first."""
    days = [
        *db.session.scalars(select(Development.day).where(Development.person_id == person_id)),
        *db.session.scalars(select(Supervision.day).where(Supervision.person_id == person_id)),
    ]
    return sorted({int(day[:4]) for day in days}, reverse=True)


def my_gatherings(person_id: int) -> list[Gathering]:
    """What this person leads or led, the latest first."""
    query = select(Gathering).where(Gathering.id.in_(led_by(person_id)), Gathering.starts_at.is_not(None))
    return list(db.session.scalars(query.order_by(Gathering.starts_at.desc())))


def my_decisions(person_id: int, entry_id: int) -> list[Decision]:
    """One's own decisions to change something that come from nothing else in the log."""
    query = select(Decision).where(
        Decision.owner_id == person_id,
        Decision.kind == "will_change",
        Decision.is_current,
        or_(Decision.development_id.is_(None), Decision.development_id == entry_id),
    )
    return list(db.session.scalars(query.options(joinedload(Decision.gathering)).order_by(Decision.decided_at.desc())))


def taught_us(gathering_id: int) -> list[Taught]:
    """For a gathering's page: what this group taught those who led it, where they wished to say so."""
    return _taught(Development.gathering_id == gathering_id)


def taught_by(person_id: int) -> list[Taught]:
    """For somebody's page: what their groups taught them, the latest first."""
    return _taught(Development.person_id == person_id)[:MOST_LINES]


def taught_in(year: int) -> list[Localised]:
    """For the year's report: what groups taught those who led them, in the lines that are for everybody."""
    return [each.text for each in _taught(Development.day.startswith(f"{year:04}-"))]


def _taught(which: ColumnElement[bool]) -> list[Taught]:
    rows = db.session.execute(
        select(Development, Person.name)
        .join(Person, Person.id == Development.person_id)
        .where(which, Development.gathering_id.is_not(None))
        .options(joinedload(Development.gathering))
        .order_by(Development.day.desc(), Development.id)
    )
    return [Taught(row.public, name, row.gathering) for row, name in rows if t(row.public) and row.gathering]


def _read(gathering_ids: list[int], person_id: int) -> dict[int, tuple[FormWindow, list[Batch]]]:
    """Of these gatherings what this person has opened."""
    rows = db.session.execute(
        select(FormWindow, Batch)
        .join(Batch, Batch.window_id == FormWindow.id)
        .join(Reading, (Reading.batch_id == Batch.id) & (Reading.person_id == person_id))
        .where(FormWindow.gathering_id.in_(gathering_ids), FormWindow.occasion == "after")
        .order_by(Batch.number)
    )
    found: dict[int, tuple[FormWindow, list[Batch]]] = {}
    for window, batch in rows:
        found.setdefault(window.gathering_id, (window, []))[1].append(batch)
    return found


def _entry(row: Development, read: dict[int, tuple[FormWindow, list[Batch]]], decisions: list[Decision]) -> Entry:
    if row.tries_in is None or row.item not in SHOWN:
        return Entry(row, decisions=decisions)
    if row.tries_in_id not in read:
        waiting = _("It has not taken place yet.") if not row.tries_in.has_ended(clock.now()) else _(
            "What they said cannot be read yet, or you have not opened it."
        )  # fmt: skip
        return Entry(row, waiting=waiting, decisions=decisions)
    window, batches = read[row.tries_in_id]
    rows = scale_rows(window, batches, (row.item,))
    return Entry(row, rows, "" if rows else _("Too few answered this question to show anything."), decisions)
