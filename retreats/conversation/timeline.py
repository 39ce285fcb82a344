"""When a conversation can be written in, read, and is gone. Days are wall time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from retreats import clock, periods
from retreats.catalogue.models import Gathering

OPEN_DAYS = 90


def freezes_at(gathering: Gathering) -> datetime | None:
    """The midnight with which day 90 after the end begins, at the place of the gathering. From then on it is only read."""
    if gathering.ends_at is None or gathering.postponed_at is not None:
        return None
    zone = ZoneInfo(gathering.zone)
    day = gathering.ends_at.astimezone(zone).date() + timedelta(days=OPEN_DAYS)
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def goes_at(gathering: Gathering) -> datetime | None:
    """When it is deleted."""
    return None if gathering.ends_at is None else gathering.ends_at + periods.CONVERSATION


def is_there(gathering: Gathering) -> bool:
    """Whether there is one: from the end of the gathering on, until it is deleted."""
    goes = goes_at(gathering)
    ended = gathering.state != "cancelled" and gathering.has_ended(clock.now())
    return ended and goes is not None and clock.now() < goes


def is_open(gathering: Gathering) -> bool:
    """Whether one can join it and write in it now."""
    freezes = freezes_at(gathering)
    return is_there(gathering) and freezes is not None and clock.now() < freezes
