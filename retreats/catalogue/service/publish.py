"""Publishing and cancelling: the button names the state it leads to, so pressing it twice ends in the same one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from retreats import clock
from retreats.catalogue.models import Gathering
from retreats.catalogue.service.edit import NotReady
from retreats.catalogue.service.entries import follow, marks
from retreats.catalogue.service.missing import missing
from retreats.db import Localised, db
from retreats.events import GatheringCancelled, GatheringEnded, GatheringPublished, GatheringStarted
from retreats.outbox import emit
from retreats.pictures import service as pictures
from retreats.refusals import Refusal


class AlreadyCancelled(Refusal):
    """It was cancelled, and stays so."""

    code = "gathering_cancelled"


class AlreadyOver(Refusal):
    """It has taken place."""

    code = "gathering_over"


def publish(gathering_id: int) -> None:
    """Let the public see it. Does nothing when it is published already. Raises NotReady, AlreadyCancelled."""
    gathering = db.session.get_one(Gathering, gathering_id, with_for_update=True)
    if gathering.state == "cancelled":
        raise AlreadyCancelled
    if gathering.state != "draft":
        return
    if left := missing(gathering):
        raise NotReady(left)
    gathering.state, gathering.published_at = "published", clock.now()
    gathering.version += 1
    if gathering.picture_id is not None:
        pictures.show(gathering.picture_id)
    emit(GatheringPublished(gathering_id=gathering.id))


def cancel(gathering_id: int, *, because: Localised) -> None:
    """Call it off, with what the page will say. Everybody booked is told and refunded by what follows from the event.

    Does nothing when it is cancelled already. Raises AlreadyOver.
    """
    gathering = db.session.get_one(Gathering, gathering_id, with_for_update=True)
    if gathering.state == "cancelled":
        return
    if gathering.state == "over":
        raise AlreadyOver
    before = marks(gathering)
    gathering.state, gathering.cancelled_at, gathering.cancelled_because = "cancelled", clock.now(), because
    gathering.postponed_at = None
    gathering.version += 1
    follow(gathering, before)
    emit(GatheringCancelled(gathering_id=gathering.id))


def begin_due(now: datetime) -> None:
    """The clock's part: what has begun is running."""
    for gathering in _due("published", Gathering.starts_at <= now, Gathering.postponed_at.is_(None)):
        gathering.state, gathering.version = "running", gathering.version + 1
        emit(GatheringStarted(gathering_id=gathering.id))


def end_due(now: datetime) -> None:
    """The clock's part: what has ended is over."""
    for gathering in _due("running", Gathering.ends_at <= now):
        gathering.state, gathering.version = "over", gathering.version + 1
        emit(GatheringEnded(gathering_id=gathering.id))


def next_turn() -> datetime | None:
    """The next moment at which a gathering begins or ends."""
    ahead = select(func.min(Gathering.starts_at)).where(
        Gathering.state == "published", Gathering.postponed_at.is_(None)
    )
    begins = db.session.scalar(ahead)
    ends = db.session.scalar(select(func.min(Gathering.ends_at)).where(Gathering.state == "running"))
    return min((each for each in (begins, ends) if each is not None), default=None)


def _due(state: str, *when: ColumnElement[bool]) -> list[Gathering]:
    found = db.session.scalars(
        select(Gathering)
        .where(Gathering.state == state, *when)
        .order_by(Gathering.id)
        .with_for_update(skip_locked=True)
    )
    return list(found)
