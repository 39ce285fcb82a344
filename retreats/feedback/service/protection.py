"""Whoever is criticised is a person too: somebody may read first, and what is hard may wait until tomorrow. The clocks run on."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from retreats import clock
from retreats.accounts import service as accounts
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.catalogue.queries import is_led_by
from retreats.db import db, new_id
from retreats.events import CriticalPutOff, FirstReaderLetGo, FirstReaderNamed, PointPassedOn
from retreats.feedback.models import Batch, FirstReader, FirstReading, FormWindow, Point, Reading
from retreats.feedback.people import leaders_of
from retreats.feedback.queries.readable import CRITICAL
from retreats.feedback.service.steps import point_in
from retreats.feedback.service.turns import in_turn
from retreats.feedback.supervisors import was_there
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal

WAITS = timedelta(hours=48)
"""So long what is hard may stay closed, and so long somebody may read it first."""


class NotAFirstReader(Refusal):
    """Somebody who was there, or oneself, cannot read first."""

    code = "not_a_first_reader"
    status = 422


class NothingToPutOff(Refusal):
    """It was put off once, or is open already."""

    code = "nothing_to_put_off"


def name_first_reader(
    gathering: Gathering, *, by: Person, leader_id: int | None = None, name: str = "", email: str = ""
) -> FirstReader:
    """Ask somebody who leads too (`leader_id`), or a supervisor, to read first. In place of whoever was asked before.

    Raises NotAFirstReader for oneself and for whoever was there.
    """
    in_turn("gathering", gathering.id)
    if leader_id is not None:
        reader = next((each for each in leaders_of(gathering) if each.id == leader_id), None)
    else:
        reader = accounts.recognise(name=name, email=email, language=by.language)
    if reader is None or reader.id == by.id or (leader_id is None and was_there(gathering, reader)):
        raise NotAFirstReader
    asked = first_reader_of(gathering.id, by.id)
    if asked is not None and asked.reader_id == reader.id:
        return asked
    if asked is None:
        asked = FirstReader(id=new_id(), gathering_id=gathering.id, person_id=by.id)
        db.session.add(asked)
    asked.reader_id, asked.leads_too = reader.id, leader_id is not None
    db.session.flush()
    emit(FirstReaderNamed(gathering_id=gathering.id, person_id=by.id, reader_id=reader.id))
    return asked


def let_first_reader_go(gathering_id: int, *, by: Person) -> None:
    """Read it oneself again."""
    asked = first_reader_of(gathering_id, by.id)
    if asked is not None:
        db.session.delete(asked)
        db.session.flush()
        emit(FirstReaderLetGo(gathering_id=gathering_id, person_id=by.id))


def first_reader_of(gathering_id: int, person_id: int) -> FirstReader | None:
    """Whom this person asked to read first."""
    return db.session.scalar(
        select(FirstReader).where(FirstReader.gathering_id == gathering_id, FirstReader.person_id == person_id)
    )


def pass_on(asked: FirstReader, point_id: int, note: str) -> None:
    """This point was read first: it may be opened, with a question or a word of context if there is one.

    Raises NotFound for a point that is not the reader's to read.
    """
    in_turn("gathering", asked.gathering_id)
    point = point_in(asked.gathering_id, point_id)
    if point.id not in {each.id for each in to_read_first(asked)}:
        raise NotFound
    reading = db.session.scalar(
        select(FirstReading).where(FirstReading.point_id == point.id, FirstReading.person_id == asked.person_id)
    )
    if reading is not None:
        return
    reading = FirstReading(id=new_id(), point_id=point.id, person_id=asked.person_id, reader_id=asked.reader_id,
                           passed_at=clock.now())  # fmt: skip
    reading.note = note.strip() or None
    db.session.add(reading)
    db.session.flush()
    emit(PointPassedOn(point_id=point.id, gathering_id=asked.gathering_id, person_id=asked.person_id))


def to_read_first(asked: FirstReader) -> list[Point]:
    """What this reader may read of what people would change: who leads too, what they have opened themselves; a supervisor,
    what its authors let be used in supervision.
    """
    query = (
        select(Point)
        .join(Batch)
        .join(FormWindow)
        .where(
            FormWindow.gathering_id == asked.gathering_id, Point.kind.in_(CRITICAL), Point.state != "withdrawn"
        )
        .order_by(Point.id)
    )  # fmt: skip
    if asked.leads_too and not is_led_by(asked.gathering, asked.reader_id):
        return []
    if asked.leads_too:
        opened = select(Reading.batch_id).where(Reading.person_id == asked.reader_id, Reading.with_critical)
        query = query.where(Point.batch_id.in_(opened))
    else:
        query = query.where(Point.may_supervise)
    return list(db.session.scalars(query))


def put_off(gathering_id: int, *, by: Person) -> None:
    """Not today: thanks, questions and the rest are opened, and what people would change may stay closed for two days.

    Once for each release. Raises NothingToPutOff.
    """
    batches = _batches(gathering_id)
    readings = _readings(batches, by.id)
    waiting = [each for each in batches if each.id not in readings or _is_closed(readings[each.id])]
    if not waiting:
        raise NothingToPutOff
    for batch in waiting:
        reading = readings.get(batch.id) or Reading(
            id=new_id(), batch_id=batch.id, person_id=by.id, opened_at=clock.now(), with_critical=False
        )
        reading.put_off_until = clock.now() + WAITS
        db.session.add(reading)
    db.session.flush()
    emit(CriticalPutOff(gathering_id=gathering_id, person_id=by.id))


def is_held_for(batch: Batch, asked: FirstReader | None) -> bool:
    """Whether what people would change in this batch is with a first reader: until all is passed on, two days at most."""
    return asked is not None and clock.now() < held_until(batch) and bool(_not_passed(batch, asked))


def held_until(batch: Batch) -> datetime:
    """Until when a first reader has time."""
    return batch.released_at + WAITS


def _not_passed(batch: Batch, asked: FirstReader) -> list[Point]:
    """What a first reader will still read of this batch, whether they have opened it by now or not."""
    passed = select(FirstReading.point_id).where(FirstReading.person_id == asked.person_id)
    query = select(Point).where(
        Point.batch_id == batch.id, Point.kind.in_(CRITICAL), Point.state != "withdrawn", Point.id.not_in(passed)
    )
    return list(db.session.scalars(query if asked.leads_too else query.where(Point.may_supervise)))


def _is_closed(reading: Reading) -> bool:
    return not reading.with_critical and reading.put_off_until is None


def _batches(gathering_id: int) -> list[Batch]:
    """What was released of the form after it: a check-in and the follow-ups hold nothing that is put off."""
    after = (
        select(Batch).join(FormWindow).where(FormWindow.gathering_id == gathering_id, FormWindow.occasion == "after")
    )
    return list(db.session.scalars(after))


def _readings(batches: list[Batch], person_id: int) -> dict[int, Reading]:
    query = select(Reading).where(Reading.batch_id.in_([each.id for each in batches]), Reading.person_id == person_id)
    return {each.batch_id: each for each in db.session.scalars(query)}
