"""How much of a practice was with somebody from day to day, in their own words, for themselves alone: a row for each day, and a picture.

It comes out of what they noted under their own link. Nobody else is shown it, and no other person or group is set beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from retreats.feedback.house_forms import FIVE_WORDS
from retreats.languages import t
from retreats.practices.models import PracticePlan

GAP_DAYS = 14
"""What lies further apart is not joined: nothing is known of the days between."""
LEAST = 2
_LEFT, _WIDE, _TOP, _STEP = 12, 216, 12, 18


@dataclass(frozen=True)
class Day:
    """The last word of a day."""

    at: datetime
    word: int
    x: float
    y: int


@dataclass(frozen=True)
class Course:
    """The days with a word, the first one first, and the lines between those that lie near each other (SVG path data)."""

    days: list[Day]
    lines: str


def words() -> list[tuple[str, str]]:
    """The five words that one can choose."""
    return [(str(each["value"]), t(each)) for each in FIVE_WORDS]


def course_of(plan: PracticePlan) -> Course | None:
    """Somebody's own course with a practice, in days of the gathering's zone; None below two days."""
    zone = ZoneInfo(plan.place.gathering.zone)
    said = {each.written_at.astimezone(zone).date(): each for each in plan.notes if each.word}
    if len(said) < LEAST:
        return None
    first, length = min(said), (max(said) - min(said)).days
    dated = [
        (day, Day(said[day].written_at, word, _across(day - first, length), _TOP + _STEP * (5 - word)))
        for day in sorted(said)
        if (word := int(said[day].word or 0))
    ]
    return Course([each for _day, each in dated], _lines(dated))


def _across(since: timedelta, length: int) -> float:
    """Days lie as far apart as they were."""
    return round(_LEFT + _WIDE * since.days / length, 1)


def _lines(dated: list[tuple[date, Day]]) -> str:
    near = [(a, b) for (day, a), (then, b) in pairwise(dated) if (then - day).days <= GAP_DAYS]
    return "".join(f"M{a.x} {a.y}L{b.x} {b.y}" for a, b in near)
