"""A reply can be taken back for half an hour: until then its reader does not see it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from retreats import clock
from retreats.accounts.models import Person
from retreats.db import db
from retreats.events import ReplyTakenBack
from retreats.feedback.models import Batch, Message, Point, PointStep
from retreats.feedback.service.steps import ORDER, point_in
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal

FOR = timedelta(minutes=30)
"""How long a reply waits before it can be read."""


class TooLate(Refusal):
    """It can be read by now, so it stands."""

    code = "too_late"


def take_back(gathering_id: int, point_id: int, message_id: int, *, by: Person) -> str:
    """Take one's own reply back before it can be read; what was written comes back, to go on with.

    The point is owed again what it was owed before. Raises NotFound, TooLate.
    """
    point, message = point_in(gathering_id, point_id), db.session.get(Message, message_id)
    if message is None or message.point_id != point.id or message.staff_id != by.id or message.side != "staff":
        raise NotFound
    if message.visible_after <= clock.now():
        raise TooLate
    text, written_at = message.text or "", message.visible_after - FOR
    db.session.delete(message)
    db.session.execute(
        delete(PointStep).where(
            PointStep.point_id == point.id, PointStep.step == "answered", PointStep.taken_at == written_at
        )
    )
    db.session.flush()
    _go_back(point)
    emit(ReplyTakenBack(point_id=point.id, gathering_id=gathering_id))
    return text


def waiting_replies(point_id: int, person_id: int) -> list[Message]:
    """One's own replies that can still be taken back, the earliest first."""
    query = select(Message).where(
        Message.point_id == point_id,
        Message.side == "staff",
        Message.staff_id == person_id,
        Message.visible_after > clock.now(),
    )
    return list(db.session.scalars(query.order_by(Message.visible_after, Message.id)))


def some_wait(window_id: int) -> bool:
    """Whether a reply about this form cannot be read yet: then a digest would speak of it too early."""
    query = select(Message.id).join(Point).join(Batch).where(Batch.window_id == window_id, Message.side == "staff")
    return db.session.scalar(query.where(Message.visible_after > clock.now()).limit(1)) is not None


def _go_back(point: Point) -> None:
    taken = set(db.session.scalars(select(PointStep.step).where(PointStep.point_id == point.id)))
    if point.state != "answered" or "answered" in taken:
        return
    if point.reopened and point.kind == "question":
        point.state = "reopened"
    else:
        point.state = max((each for each in ("read", "acknowledged") if each in taken), key=ORDER.__getitem__,
                          default="released")  # fmt: skip
    db.session.flush()
