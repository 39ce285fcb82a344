"""Calendar entries that do not say what they are, for people whose calendar others read too."""

from __future__ import annotations

from sqlalchemy import select

from retreats import clock
from retreats.booking.models import TAKING, Place, Registration
from retreats.booking.service.cancel import AlreadyCancelled
from retreats.db import db
from retreats.events import EntryReworded
from retreats.outbox import emit


def word_entry(place_id: int, *, is_discreet: bool) -> None:
    """From now on the entry of this place says what it is, or only that there is something. Their calendar follows.

    It is kept to when they book again. As it is already changes nothing. Raises AlreadyCancelled for a place given back.
    """
    place = db.session.get_one(Place, place_id, with_for_update=True)
    if place.state not in TAKING:
        raise AlreadyCancelled
    if place.is_discreet == is_discreet:
        return
    place.is_discreet, place.changed_at = is_discreet, clock.now()
    place.sequence += 1
    emit(EntryReworded(place_id=place.id))


def word_entries(registration: Registration, *, wishes: bool) -> None:
    """For a new booking: as its form says, and as each attendee wished the last time."""
    before = {} if wishes else _last_wishes([each.person_id for each in registration.places if each.person_id])
    for place in registration.places:
        place.is_discreet = wishes or before.get(place.person_id, False)


def _last_wishes(people: list[int]) -> dict[int | None, bool]:
    query = select(Place.person_id, Place.is_discreet).where(Place.person_id.in_(people))
    return dict(db.session.execute(query.order_by(Place.changed_at, Place.id)).all())
