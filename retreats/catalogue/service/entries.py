"""The entries of a gathering in public calendars: SEQUENCE rises when one of them means another time, place or state."""

from __future__ import annotations

from typing import Any

from retreats import clock
from retreats.catalogue.models import Gathering, Session, Venue
from retreats.db import db

Marks = dict[str, tuple[Any, ...]]  # Any: moments, names and ids, only compared


def marks(gathering: Gathering) -> Marks:
    """What each entry means now, by its UID. Compare with it after a change (`follow`)."""
    with db.session.no_autoflush:  # what is being changed is written later, and its refusals are explained there
        venue = db.session.get(Venue, gathering.venue_id) if gathering.venue_id else None
    common = (gathering.standing, gathering.zone, gathering.mode, gathering.venue_id, venue.moves if venue else 0)
    return {each.uid: (*common, each.starts_at, each.ends_at) for each in _entries(gathering) if each.uid}


def follow(gathering: Gathering, before: Marks) -> None:
    """Note that something changed, and raise the SEQUENCE of every entry that means something else than `before`.

    Nothing is raised while nobody can have the entry, nor for words alone.
    """
    if gathering.published_at is None:
        return
    gathering.changed_at = clock.now()
    after = marks(gathering)
    for entry in _entries(gathering):
        if entry.uid in before and after[entry.uid] != before[entry.uid]:
            entry.sequence += 1


def _entries(gathering: Gathering) -> list[Gathering | Session]:
    return [gathering, *gathering.sessions]
