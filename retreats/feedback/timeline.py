"""When what falls due. Hours are elapsed time; days are wall time, so 10:00 stays 10:00 when the clocks change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from retreats.catalogue.models import Gathering

REPLY_DAYS, DECISION_DAYS, CHANGE_DAYS, VERDICT_DAYS = 7, 21, 90, 21
"""After a release: when a first reply, a decision and a change are owed. After being told: how long a verdict is awaited."""
CARE_HOURS = 24
_WEDNESDAY, _TEN = 2, time(10)


@dataclass(frozen=True)
class Step:
    """One moment of the timeline: so long before or after a gathering's start or end."""

    name: str
    anchor: Literal["starts_at", "ends_at"]
    hours: int = 0
    days: int = 0

    def due_at(self, gathering: Gathering) -> datetime | None:
        """When it is due (UTC), or None while the gathering has no time, or is postponed."""
        anchor: datetime | None = getattr(gathering, self.anchor) if gathering.postponed_at is None else None
        return None if anchor is None else later(anchor, gathering.zone, days=self.days) + timedelta(hours=self.hours)


INTENTION_CLOSES = Step("intention_closes", "starts_at", hours=-48)
NEEDS_TOLD = Step("needs_told", "starts_at", hours=-24)
OPENS = Step("after_opens", "ends_at", hours=2)
REMINDER_1 = Step("reminder_1", "ends_at", hours=24)
REMINDER_2 = Step("reminder_2", "ends_at", hours=72)
RELEASE_1 = Step("release_1", "ends_at", hours=72)
RELEASE_2 = Step("release_2", "ends_at", days=7)
HELD_RELEASE = Step("held_release", "ends_at", days=14)
STEPS = (INTENTION_CLOSES, NEEDS_TOLD, OPENS, REMINDER_1, RELEASE_1, REMINDER_2, RELEASE_2, HELD_RELEASE)
"""In the order in which they happen."""


def later(moment: datetime, zone: str, *, days: int) -> datetime:
    """The same wall-clock time so many days later. In the hour that spring skips: the moment after it."""
    local = moment.astimezone(ZoneInfo(zone))
    return (local.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def next_digest_day(moment: datetime, zone: str) -> datetime:
    """The next Wednesday at ten in the morning, wall time."""
    local = moment.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=(_WEDNESDAY - local.weekday()) % 7)
    found = datetime.combine(day, _TEN, ZoneInfo(zone))
    if found <= local:
        found = datetime.combine(day + timedelta(days=7), _TEN, ZoneInfo(zone))
    return found.astimezone(UTC)


def full_hour_after(moment: datetime) -> datetime:
    """The next full hour."""
    return moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def noon_of(day: str, zone: str) -> datetime:
    """Noon of a day written `2027-06-15`. Raises ValueError for what is not one."""
    return datetime.combine(datetime.fromisoformat(day).date(), time(12), ZoneInfo(zone)).astimezone(UTC)
