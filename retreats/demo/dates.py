"""Days relative to the moment of loading, so that the demonstration always lies around today.

The files say `friday +5 18:00` (the next Friday after today, and five weeks more, at 18:00 in Lisbon), `saturday -5 10:00`,
`yesterday 14:30`, and inside a gathering `day 3 14:30` (its third day).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = "Europe/Lisbon"
_LISBON = ZoneInfo(ZONE)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class SkippedHour(ValueError):
    """In the night when the clocks go forward there is no such time."""


def first_moment(spoken: str, *, now: datetime) -> datetime:
    """When a gathering begins, as a wall-clock time in Lisbon. Raises SkippedHour."""
    *day, clock_time = spoken.split()
    return _wall(_day(day, now.astimezone(_LISBON).date()), clock_time)


def moment_within(spoken: str, *, begins: datetime) -> datetime:
    """A moment of a gathering that begins at `begins`, as a wall-clock time in Lisbon. Raises SkippedHour."""
    _, number, clock_time = spoken.split()
    return _wall(begins.date() + timedelta(days=int(number) - 1), clock_time)


def spelled(wall: datetime) -> str:
    """A wall-clock time as the tables keep it: `2027-06-12T18:00`."""
    return wall.strftime("%Y-%m-%dT%H:%M")


def in_utc(wall: datetime) -> datetime:
    """The instant of a wall-clock time."""
    return wall.astimezone(UTC)


def _day(words: list[str], today: date) -> date:
    if words == ["yesterday"]:
        return today - timedelta(days=1)
    weekday, weeks = words
    ahead = (_WEEKDAYS.index(weekday) - today.weekday() - 1) % 7 + 1
    return today + timedelta(days=ahead, weeks=int(weeks))


def _wall(day: date, clock_time: str) -> datetime:
    wall = datetime.combine(day, time.fromisoformat(clock_time), tzinfo=_LISBON)
    if wall.astimezone(UTC).astimezone(_LISBON).replace(tzinfo=None) != wall.replace(tzinfo=None):
        message = f"{spelled(wall)} does not exist in {ZONE}."
        raise SkippedHour(message)
    return wall
