"""A gathering was moved or postponed: whoever has a place is told, and their calendars follow."""

from __future__ import annotations

import hashlib

from sqlalchemy import select

from retreats import clock
from retreats.booking.models import Place
from retreats.booking.service.letters_due import moved, postponed
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.events import GatheringChanged, GatheringPostponed, GatheringResumed


def entry_mark(gathering: Gathering) -> str:
    """What of a gathering stands in people's calendars as time and place, in 16 letters: another mark is another entry."""
    facts: tuple[object, ...] = (
        gathering.starts_at,
        gathering.ends_at,
        gathering.zone,
        gathering.mode,
        _venue_mark(gathering),
        gathering.online_link,
    )
    if gathering.postponed_at is not None:
        facts += ("postponed",)
    return hashlib.sha256("|".join(map(str, facts)).encode()).hexdigest()[:16]


def _venue_mark(gathering: Gathering) -> str | None:
    """Which venue, and the how manieth of its addresses: a venue that never moved is marked as before venues could."""
    venue = gathering.venue
    if venue is None:
        return None
    return f"{venue.id}.{venue.moves}" if venue.moves and gathering.mode != "online" else str(venue.id)


def follow_moves(event: GatheringChanged | GatheringPostponed | GatheringResumed) -> None:
    """Raise the SEQUENCE of every entry whose time or place is different now, and write to its reader.

    A change of words alone moves nothing and writes to nobody (RFC 5546, 2.1.4). Told once, however often it comes.
    """
    gathering = db.session.get_one(Gathering, event.gathering_id)
    if gathering.state not in {"published", "running"}:
        return
    mark, tell = entry_mark(gathering), (moved if gathering.postponed_at is None else postponed)
    places = db.session.scalars(
        select(Place)
        .where(Place.gathering_id == gathering.id, Place.state == "confirmed", Place.entry_mark != mark)
        .order_by(Place.id)
    )
    for place in places:
        place.entry_mark, place.changed_at = mark, clock.now()
        place.sequence += 1
        tell(place)
