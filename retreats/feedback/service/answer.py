"""What facilitators do with a point first: open the batch it came in, say that it was heard, reply."""

from __future__ import annotations

from sqlalchemy import select

from retreats import clock
from retreats.accounts.models import Person
from retreats.db import db, new_id
from retreats.events import BatchOpened, PointAcknowledged, PointAnswered
from retreats.feedback.models import Batch, FormWindow, Message, Point, Reading
from retreats.feedback.queries.readable import CRITICAL
from retreats.feedback.service import addressing
from retreats.feedback.service.protection import first_reader_of, is_held_for, put_off
from retreats.feedback.service.steps import news, point_in, step
from retreats.feedback.service.taking_back import FOR
from retreats.feedback.service.turns import in_turn
from retreats.outbox import emit
from retreats.refusals import Refusal


class MeantForThisPersonToo(Refusal):
    """The same words went to somebody else of this gathering: is this meant for this person too?"""

    code = "meant_for_this_person_too"
    status = 422


class NothingWritten(Refusal):
    """A reply needs words."""

    code = "nothing_written"
    status = 422


def open_batches(gathering_id: int, *, by: Person) -> None:
    """Read what was released. From now on their authors see who has read it; the second time nothing changes.

    What people would change stays closed while somebody reads it first (service/protection.py).
    """
    in_turn("gathering", gathering_id)
    found = (
        select(Batch).join(FormWindow).where(FormWindow.gathering_id == gathering_id, FormWindow.occasion == "after")
    )
    batches = db.session.scalars(found).all()
    known = {each.batch_id: each for each in db.session.scalars(select(Reading).where(Reading.person_id == by.id))}
    asked = first_reader_of(gathering_id, by.id)
    for batch in batches:
        reading = known.get(batch.id) or Reading(
            id=new_id(), batch_id=batch.id, person_id=by.id, opened_at=clock.now(), with_critical=False
        )
        reading.with_critical = reading.with_critical or not is_held_for(batch, asked)
        db.session.add(reading)
        _mark_read(batch, reading, by)
        if batch.id not in known:
            emit(BatchOpened(batch_id=batch.id, gathering_id=gathering_id))
    db.session.flush()


def leave_closed(gathering_id: int, *, by: Person) -> None:
    """Not today: read the rest, and leave closed for two days at most what people would change. Raises NothingToPutOff."""
    in_turn("gathering", gathering_id)
    put_off(gathering_id, by=by)
    opened = select(Batch, Reading).join(Reading, Reading.batch_id == Batch.id).join(FormWindow)
    mine = opened.where(FormWindow.gathering_id == gathering_id, Reading.person_id == by.id)
    for batch, reading in db.session.execute(mine).all():
        _mark_read(batch, reading, by)
    db.session.flush()


def _mark_read(batch: Batch, reading: Reading, by: Person) -> None:
    """Their authors see that it was read: of what was opened."""
    for point in db.session.scalars(select(Point).where(Point.batch_id == batch.id, Point.state == "released")):
        if reading.with_critical or point.kind not in CRITICAL:
            step(point, "read", by=by)


def acknowledge(gathering_id: int, point_id: int, *, by: Person) -> None:
    """Say that it was heard. Raises NotFound, PointWithdrawn, ForSomebodyElse."""
    in_turn("gathering", gathering_id)
    point = point_in(gathering_id, point_id)
    addressing.answers(point, by)
    if point.state not in {"released", "read"}:
        return
    step(point, "acknowledged", by=by)
    news(gathering_id)
    db.session.flush()
    emit(PointAcknowledged(point_id=point.id, gathering_id=gathering_id))


def reply(gathering_id: int, point_id: int, text: str, *, by: Person, surely: bool = False) -> None:
    """Answer one person, who may be unnamed; only they see it, half an hour later. `surely`: the same words may go to a
    second person.

    Raises NotFound, PointWithdrawn, ForSomebodyElse, NothingWritten, MeantForThisPersonToo.
    """
    in_turn("gathering", gathering_id)
    point = point_in(gathering_id, point_id)
    addressing.answers(point, by)
    if not text.strip():
        raise NothingWritten
    if not surely and _said_before(gathering_id, text, by):
        raise MeantForThisPersonToo
    now = clock.now()
    message = Message(id=new_id(), point_id=point.id, side="staff", staff_id=by.id, visible_after=now + FOR)
    message.text = text.strip()
    db.session.add(message)
    step(point, "answered", by=by, at=now)
    news(gathering_id)
    db.session.flush()
    emit(PointAnswered(point_id=point.id, gathering_id=gathering_id))


def _said_before(gathering_id: int, text: str, by: Person) -> bool:
    query = (
        select(Message)
        .join(Point)
        .join(Batch)
        .join(FormWindow)
        .where(FormWindow.gathering_id == gathering_id, Message.staff_id == by.id)
    )
    wanted = " ".join(text.split()).casefold()
    return any(" ".join((each.text or "").split()).casefold() == wanted for each in db.session.scalars(query))
