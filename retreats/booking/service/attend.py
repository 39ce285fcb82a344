"""Who was there. A confirmed place counts as attended unless it is marked missed."""

from __future__ import annotations

from retreats import clock
from retreats.booking.models import Place
from retreats.db import db
from retreats.events import AttendanceMarked
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal

PRESENCES = ("attended", "missed")


class NotBegun(Refusal):
    """The gathering has not begun: nobody can have attended or missed it."""

    code = "not_begun"


def mark(place_id: int, presence: str) -> None:
    """Write down that this attendee `attended` or `missed`; the same again changes nothing.

    Raises NotFound for a place that is not confirmed, NotBegun before the start.
    """
    place = db.session.get(Place, place_id, with_for_update=True)
    if place is None or place.state != "confirmed" or presence not in PRESENCES:
        raise NotFound
    if not place.gathering.has_begun(clock.now()):
        raise NotBegun
    if place.presence == presence:
        return
    place.presence = presence
    emit(
        AttendanceMarked(
            place_id=place.id,
            registration_id=place.registration_id,
            gathering_id=place.gathering_id,
            presence=presence,
        )
    )
