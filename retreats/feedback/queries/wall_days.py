"""Days by the clock on the wall where a gathering is, counted by the store: a week is over at the same hour of its day, also when
the clocks were changed in between. The store knows no zones (SQLite has none); it is told when their clocks turn.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, select

from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback.queries.spans import DAY, seconds_between

_WEEK, _SECOND = timedelta(days=7), timedelta(seconds=1)


@dataclass(frozen=True, order=True)
class Turn:
    """Clocks are changed: from this moment on they are so many seconds ahead of what they would have been."""

    at: datetime
    by: int


@dataclass(frozen=True)
class WallDays:
    """When the clocks of which zones turned. Its expressions ask for a row's `Gathering.zone`."""

    turns: dict[Turn, list[str]]

    def are_over(
        self, days: int, start: SQLColumnExpression[datetime], end: SQLColumnExpression[datetime]
    ) -> ColumnElement[bool]:
        """Whether so many days have passed: the moment of `timeline.later` has come."""
        return seconds_between(start, end) >= self._length(days, start)

    def at_most(
        self, days: int, start: SQLColumnExpression[datetime], end: SQLColumnExpression[datetime]
    ) -> ColumnElement[bool]:
        """Whether it came by then, the moment itself included."""
        return seconds_between(start, end) <= self._length(days, start)

    def whole_days(
        self, start: SQLColumnExpression[datetime], end: SQLColumnExpression[datetime]
    ) -> ColumnElement[int]:
        """How many whole days lie between them."""
        seconds: ColumnElement[int] = seconds_between(start, end)
        for turn, zones in self.turns.items():
            seconds += case((and_(Gathering.zone.in_(zones), start < turn.at, end >= turn.at), turn.by), else_=0)
        return seconds // DAY

    def _length(self, days: int, start: SQLColumnExpression[datetime]) -> ColumnElement[int] | int:
        """So many days, in seconds. What would end in an hour that is skipped ends after it, and in the first of two alike."""
        length = timedelta(days=days)
        whens = [
            (and_(Gathering.zone.in_(zones), start >= turn.at - length + max(turn.by, 0) * _SECOND, start < turn.at),
             days * DAY - turn.by)
            for turn, zones in self.turns.items()
        ]  # fmt: skip
        return case(*whens, else_=days * DAY) if whens else days * DAY


def wall_days(since: datetime, until: datetime) -> WallDays:
    """For what happens between two moments, in all zones in which the house has gatherings. One statement."""
    turns: dict[Turn, list[str]] = defaultdict(list)
    for zone in sorted(db.session.scalars(select(Gathering.zone).distinct())):
        for year in range(since.year, until.year + 1):
            for turn in turns_of(zone, year):
                if since < turn.at <= until:
                    turns[turn].append(zone)
    return WallDays(dict(turns))


@cache
def turns_of(zone: str, year: int) -> tuple[Turn, ...]:
    """When the clocks of a zone are changed in a year (of UTC), as its tables say."""
    there, utc = ZoneInfo(zone), ZoneInfo("UTC")
    moment, found = datetime(year, 1, 1, tzinfo=utc), []
    end = datetime(year + 1, 1, 1, tzinfo=utc)
    while moment < end:
        after = min(moment + _WEEK, end)
        if _ahead(after, there) != _ahead(moment, there):
            by = _ahead(after, there) - _ahead(moment, there)
            found.append(Turn(_turn_between(moment, after, there), round(by.total_seconds())))
        moment = after
    return tuple(found)


def _turn_between(before: datetime, after: datetime, there: ZoneInfo) -> datetime:
    while after - before > _SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        before, after = (before, middle) if _ahead(middle, there) == _ahead(after, there) else (middle, after)
    return after


def _ahead(moment: datetime, there: ZoneInfo) -> timedelta:
    return moment.astimezone(there).utcoffset() or timedelta()
