"""Postponing: a published gathering whose date no longer holds, and whose new one is not known yet."""

from __future__ import annotations

from retreats import clock
from retreats.catalogue.models import Gathering
from retreats.catalogue.service.entries import follow, marks
from retreats.catalogue.service.publish import AlreadyCancelled
from retreats.db import Localised, db
from retreats.events import GatheringPostponed, GatheringResumed
from retreats.outbox import emit
from retreats.refusals import Refusal


class NotToPostpone(Refusal):
    """Only what is published and has not begun can be postponed."""

    code = "not_to_postpone"


class DateHasPassed(Refusal):
    """The date first announced lies in the past: it needs a new one."""

    code = "date_has_passed"


def postpone(gathering_id: int, *, because: Localised) -> None:
    """Take its date back until there is a new one. It stays published, with what its page will say, and is not bookable.

    A new beginning (WhenWhere) ends it. Does nothing when it is postponed already. Raises AlreadyCancelled, NotToPostpone.
    """
    gathering = db.session.get_one(Gathering, gathering_id, with_for_update=True, populate_existing=True)
    if gathering.state == "cancelled":
        raise AlreadyCancelled
    if gathering.postponed_at is not None:
        return
    if gathering.state != "published" or gathering.has_begun(clock.now()):
        raise NotToPostpone
    before = marks(gathering)
    gathering.postponed_at, gathering.postponed_because = clock.now(), because
    gathering.version += 1
    follow(gathering, before)
    emit(GatheringPostponed(gathering_id=gathering.id))


def resume(gathering_id: int) -> None:
    """It takes place as first announced after all. Does nothing when it is not postponed. Raises DateHasPassed."""
    gathering = db.session.get_one(Gathering, gathering_id, with_for_update=True, populate_existing=True)
    if gathering.postponed_at is None:
        return
    if gathering.starts_at is None or gathering.starts_at <= clock.now():
        raise DateHasPassed
    before = marks(gathering)
    gathering.postponed_at = None
    gathering.version += 1
    follow(gathering, before)
    emit(GatheringResumed(gathering_id=gathering.id))
