"""Working days in Portugal: Monday to Friday but for the thirteen national holidays (Código do Trabalho, art. 234)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

FIXED = ((1, 1), (4, 25), (5, 1), (6, 10), (8, 15), (10, 5), (11, 1), (12, 1), (12, 8), (12, 25))
_SATURDAY = 5
_LAST_MINUTE = time(23, 59)


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (Meeus, Jones and Butcher)."""
    century, rest = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


@cache
def holidays(year: int) -> frozenset[date]:
    """Good Friday, Easter Sunday, Corpus Christi, and ten that stand in every calendar."""
    sunday = easter(year)
    moving = (sunday - timedelta(days=2), sunday, sunday + timedelta(days=60))
    return frozenset((*moving, *(date(year, month, day) for month, day in FIXED)))


def is_working(day: date) -> bool:
    """Whether people work on this day."""
    return day.weekday() < _SATURDAY and day not in holidays(day.year)


def after(moment: datetime, days: int, zone: str) -> datetime:
    """The last minute of the so-manyeth working day after this one, which does not count (Código Civil, art. 279, b)."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    while days:
        day += timedelta(days=1)
        days -= is_working(day)
    return datetime.combine(day, _LAST_MINUTE, ZoneInfo(zone)).astimezone(UTC)
