"""Wall-clock times at a place, and the moments they mean; the hour that spring skips and the one that autumn repeats."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

EARLIEST, LATEST = 2000, 2100
"""Years the house can plan for."""


class NoSuchTime(ValueError):
    """This is not a date and a time (31 November), or a year the house does not plan for."""


class SkippedHour(ValueError):
    """On that night the clocks are put forward, and this hour does not take place."""


class DoubledHour(ValueError):
    """On that night the clocks are put back, and this hour takes place twice: say which."""


def moment_of(wall: str, zone: str, *, second: bool | None = None) -> datetime:
    """The moment (UTC) at which a clock in `zone` shows `wall` (`2027-06-12T18:00`).

    `second` chooses one of a doubled hour: False is the first (summer time), True the second. Raises NoSuchTime,
    SkippedHour, or DoubledHour when the choice is needed and was not made.
    """
    local = _read(wall).replace(tzinfo=ZoneInfo(zone))
    first, again = local.replace(fold=0), local.replace(fold=1)
    if first.utcoffset() == again.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise SkippedHour
    if second is None:
        raise DoubledHour
    return (again if second else first).astimezone(UTC)


def wall_of(moment: datetime, zone: str) -> str:
    """What a clock in `zone` shows at `moment`."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def is_second(moment: datetime, zone: str) -> bool | None:
    """Which of a doubled hour this is; None where the hour takes place once."""
    local = moment.astimezone(ZoneInfo(zone))
    return None if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset() else bool(local.fold)


def moved(moment: datetime, zone: str, *, by: timedelta, new_zone: str | None = None) -> datetime:
    """The moment at which the clock at the place shows so much more than it did at `moment`.

    A skipped hour becomes the one after it, a doubled one the first of the two.
    """
    local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + by
    return local.replace(tzinfo=ZoneInfo(new_zone or zone)).astimezone(UTC)


def _read(wall: str) -> datetime:
    try:
        local = datetime.strptime(wall, "%Y-%m-%dT%H:%M")  # noqa: DTZ007  (a wall-clock time has no zone yet)
    except ValueError as error:
        raise NoSuchTime from error
    if not EARLIEST <= local.year <= LATEST:
        raise NoSuchTime
    return local
