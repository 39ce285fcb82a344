"""How a point moves: steps are written down with their day, the state only ever moves forward, and news is remembered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from retreats import clock
from retreats.accounts.models import Person
from retreats.db import db, new_id
from retreats.feedback.models import Batch, FormWindow, Point, PointStep
from retreats.feedback.timeline import next_digest_day
from retreats.house.queries import current
from retreats.refusals import NotFound, Refusal

ORDER = {state: rank for rank, state in enumerate(
    ("released", "read", "acknowledged", "answered", "reopened", "decided", "made", "shown", "told")
)}  # fmt: skip
OVER = ("confirmed", "lapsed", "unmet", "withdrawn")


class PointWithdrawn(Refusal):
    """Its author has taken these words back."""

    code = "point_withdrawn"
    status = 410


def point_in(gathering_id: int, point_id: int) -> Point:
    """A released point of this gathering. Raises NotFound for another one's, PointWithdrawn."""
    query = (
        select(Point).join(Batch).join(FormWindow).where(Point.id == point_id, FormWindow.gathering_id == gathering_id)
    )
    point = db.session.scalar(query)
    if point is None:
        raise NotFound
    if point.state == "withdrawn":
        raise PointWithdrawn
    return point


def step(point: Point, name: str, *, by: Person | None = None, at: datetime | None = None) -> None:
    """Write this step down, and move the point on if that is further than it was."""
    taken_at = at or clock.now()
    db.session.add(
        PointStep(id=new_id(), point_id=point.id, step=name, staff_id=by.id if by else None, taken_at=taken_at)
    )
    if point.state in OVER or name not in ORDER:
        return
    again = point.state == "reopened" and name == "answered" and point.kind == "question"
    if again or ORDER[name] > ORDER[point.state]:
        point.state = name


def news(gathering_id: int, *, at: datetime | None = None) -> None:
    """There is something new to look at: everybody who attended is told, all alike, on the next digest day (or `at`)."""
    due = at or next_digest_day(clock.now(), current().zone)
    for window in db.session.scalars(
        select(FormWindow).where(FormWindow.gathering_id == gathering_id, FormWindow.occasion == "after")
    ):
        if window.digest_due_at is None or due < window.digest_due_at:
            window.digest_due_at = due
