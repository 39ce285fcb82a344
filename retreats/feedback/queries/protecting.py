"""What stays closed for somebody who led, and what a first reader finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from retreats.db import db
from retreats.feedback import timeline
from retreats.feedback.models import Batch, FirstReader, FirstReading, FormWindow, Point, Reading
from retreats.feedback.queries.readable import CRITICAL
from retreats.feedback.service.protection import first_reader_of, held_until, is_held_for, to_read_first


@dataclass(frozen=True)
class Closed:
    """What people would change, and is not open yet."""

    count: int
    owed_by: datetime
    """When a first reply is owed: the clock runs on."""
    until: datetime | None
    """Until when it was put off; None where it was not."""
    with_reader: str | None
    """Who reads it first now."""
    reader_until: datetime | None
    can_open: bool
    can_put_off: bool


@dataclass(frozen=True)
class ToPass:
    """A point as its first reader finds it."""

    point: Point
    who: str | None
    """Their name, where they signed, and the reader leads too."""
    passed: FirstReading | None


def closed_for(gathering_id: int, person_id: int, zone: str) -> Closed | None:
    """What is closed for this person now; None where nothing is, and before they have opened anything."""
    rows = db.session.execute(
        select(Batch, Reading)
        .join(FormWindow, FormWindow.id == Batch.window_id)
        .join(Reading, (Reading.batch_id == Batch.id) & (Reading.person_id == person_id))
        .where(
            FormWindow.gathering_id == gathering_id, FormWindow.occasion == "after", Reading.with_critical.is_(False)
        )
        .order_by(Batch.number)
    ).all()
    points = critical_in([batch.id for batch, _reading in rows]) if rows else []
    if not points:
        return None
    asked = first_reader_of(gathering_id, person_id)
    held = [batch for batch, _reading in rows if is_held_for(batch, asked)]
    released = min(batch.released_at for batch, _reading in rows)
    return Closed(
        count=len(points),
        owed_by=timeline.later(released, zone, days=timeline.REPLY_DAYS),
        until=max((reading.put_off_until for _batch, reading in rows if reading.put_off_until), default=None),
        with_reader=asked.reader.name if asked is not None and held else None,
        reader_until=max((held_until(batch) for batch in held), default=None),
        can_open=len(held) < len(rows),
        can_put_off=any(reading.put_off_until is None for _batch, reading in rows),
    )


def critical_in(batch_ids: list[int]) -> list[int]:
    """The points of these batches that can be hard to read."""
    query = select(Point.id).where(Point.batch_id.in_(batch_ids), Point.kind.in_(CRITICAL), Point.state != "withdrawn")
    return list(db.session.scalars(query))


def notes_for(point_ids: list[int], person_id: int) -> dict[int, FirstReading]:
    """What a first reader added for this person, by point."""
    query = select(FirstReading).where(FirstReading.point_id.in_(point_ids), FirstReading.person_id == person_id)
    return {each.point_id: each for each in db.session.scalars(query) if each.note}


def asked_by(slug: str, person_id: int, reader_id: int) -> FirstReader | None:
    """That this person asked this reader to read first of this gathering."""
    found = db.session.scalars(
        select(FirstReader).where(FirstReader.person_id == person_id, FirstReader.reader_id == reader_id)
    )
    return next((each for each in found if each.gathering.slug == slug), None)


def to_pass(asked: FirstReader) -> list[ToPass]:
    """What this reader finds."""
    points = to_read_first(asked)
    passed = {
        each.point_id: each
        for each in db.session.scalars(
            select(FirstReading).where(
                FirstReading.person_id == asked.person_id, FirstReading.point_id.in_([point.id for point in points])
            )
        )
    }
    return [
        ToPass(
            point,
            point.place.called if asked.leads_too and point.place is not None else None,
            passed.get(point.id),
        )
        for point in points
    ]
