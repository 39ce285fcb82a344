"""When what falls due. Hours are elapsed time; days are wall time, so 10:00 stays 10:00 when the clocks change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from retreats.catalogue.models import Gathering

REPLY_DAYS, HEARD_DAYS, DECISION_DAYS, CHANGE_DAYS, VERDICT_DAYS = 7, 14, 21, 90, 21
"""After a release: when a first reply, a thank-you or a look, a decision and a change are owed. After being told: how long a verdict is awaited."""
CARE_HOURS = 24
_WEDNESDAY, _THURSDAY, _TEN = 2, 3, time(10)


@dataclass(frozen=True)
class Step:
    """One moment of the timeline: so long before or after a gathering's start or end."""

    name: str
    anchor: Literal["starts_at", "ends_at"]
    hours: int = 0
    days: int = 0
    moves: bool = False
    """Whether it comes later where the form after the gathering is open for longer."""
    rests: bool = False
    """Whether it waits while that form rests."""

    def due_at(self, gathering: Gathering, *, more_days: int = 0, rested: timedelta = timedelta()) -> datetime | None:
        """When it is due (UTC), or None while the gathering has no time, or is postponed. `more_days`, `rested`: as its form."""
        anchor: datetime | None = getattr(gathering, self.anchor) if gathering.postponed_at is None else None
        days = self.days + (more_days if self.moves else 0)
        more = timedelta(hours=self.hours) + (rested if self.rests else timedelta())
        return None if anchor is None else later(anchor, gathering.zone, days=days) + more


INTENTION_REMINDER = Step("intention_reminder", "starts_at", days=-7)
INTENTION_CLOSES = Step("intention_closes", "starts_at", hours=-48)
NEEDS_TOLD = Step("needs_told", "starts_at", hours=-24)
OPENS = Step("after_opens", "ends_at", hours=2)
REMINDER_1 = Step("reminder_1", "ends_at", hours=24, rests=True)
REMINDER_2 = Step("reminder_2", "ends_at", hours=72, rests=True)
RELEASE_1 = Step("release_1", "ends_at", hours=72, rests=True)
RELEASE_2 = Step("release_2", "ends_at", days=7, moves=True, rests=True)
HELD_RELEASE = Step("held_release", "ends_at", days=14, moves=True, rests=True)
REMINDER_3 = Step("reminder_3", "ends_at", days=7, rests=True)
"""Only where the form is open for longer: everybody hears of it alike on the day on which it would have closed."""
MOST_DAYS = 14
"""After so many days every form is closed, however much more time it was given; where it rested, so much later."""
MOST_REST = timedelta(days=14)
"""So long a form may rest in all; then it goes on by itself."""
BEFORE = (INTENTION_REMINDER, INTENTION_CLOSES, NEEDS_TOLD)
"""Where a gathering is moved to a later day, these come once more, for that day."""
OUTCOME_DAYS = 90
"""The follow-up that carries what became of what was said."""
FOLLOW_UP_DAYS = (14, 21, 30, OUTCOME_DAYS)
"""After so many days people can be asked how it is now; which of them holds for a gathering, service/follow_ups.py says."""
FOLLOW_UP_OPEN = 14
_THEN = {"opens": 0, "reminder": 7, "closes": FOLLOW_UP_OPEN, "held": 21}
"""Days after a follow-up opens: everybody is reminded once, it closes, and held words are let go of."""
FOLLOW_UPS = {
    (days, what): Step(f"day_{days}_{what}", "ends_at", days=days + then)
    for days in FOLLOW_UP_DAYS
    for what, then in _THEN.items()
}
LONG = timedelta(hours=36)
"""From this length on, by the clock on the wall, a gathering has a check-in in its midst."""
_SIX, _EIGHT = time(18), time(20)


@dataclass(frozen=True)
class CheckInStep(Step):
    """The check-in opens or closes: in the middle of a gathering, and the same evening."""

    anchor: Literal["starts_at", "ends_at"] = "starts_at"
    closes: bool = False

    def due_at(
        self,
        gathering: Gathering,
        *,
        more_days: int = 0,  # noqa: ARG002  (it never moves)
        rested: timedelta = timedelta(),  # noqa: ARG002  (nor rests)
    ) -> datetime | None:
        """When it is due (UTC), or None while the gathering has no time, or is postponed."""
        times = check_in_times(gathering)
        return None if times is None else times[self.closes]


def check_in_times(gathering: Gathering) -> tuple[datetime, datetime] | None:
    """From when until when (UTC). It opens at the midpoint, at six in the evening at the latest, and closes at eight of
    that evening by the clock on the wall, or at the end. What only begins after six has it from the midpoint to the end.
    """
    start, end = gathering.starts_at, gathering.ends_at
    if start is None or end is None or gathering.postponed_at is not None:
        return None
    middle = start + (end - start) / 2
    opens = min(middle, _on_the_day_of(middle, gathering.zone, _SIX))
    if opens < start:
        return middle, end
    return opens, min(end, _on_the_day_of(middle, gathering.zone, _EIGHT))


def is_long(gathering: Gathering) -> bool:
    """Whether it takes a day and a half or more by the clock on the wall."""
    start, end = gathering.starts_at, gathering.ends_at
    if start is None or end is None:
        return False
    zone = ZoneInfo(gathering.zone)
    return end.astimezone(zone).replace(tzinfo=None) - start.astimezone(zone).replace(tzinfo=None) >= LONG


def _on_the_day_of(moment: datetime, zone: str, at: time) -> datetime:
    return datetime.combine(moment.astimezone(ZoneInfo(zone)).date(), at, ZoneInfo(zone)).astimezone(UTC)


CHECK_IN_OPENS, CHECK_IN_CLOSES = CheckInStep("check_in_opens"), CheckInStep("check_in_closes", closes=True)
STEPS = (INTENTION_REMINDER, INTENTION_CLOSES, NEEDS_TOLD, CHECK_IN_OPENS, CHECK_IN_CLOSES, OPENS, REMINDER_1,
         RELEASE_1, REMINDER_2, RELEASE_2, HELD_RELEASE, *FOLLOW_UPS.values())  # fmt: skip
"""In the order in which they happen."""


def is_unasked(gathering: Gathering, now: datetime) -> bool:
    """Whether a gathering without a form should have had one long ago: nobody was there to be asked."""
    due = RELEASE_1.due_at(gathering)
    return due is not None and due <= now


def later(moment: datetime, zone: str, *, days: int) -> datetime:
    """The same wall-clock time so many days later. In the hour that spring skips: the moment after it."""
    local = moment.astimezone(ZoneInfo(zone))
    return (local.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def next_digest_day(moment: datetime, zone: str) -> datetime:
    """The next Wednesday at ten in the morning, wall time."""
    return _next(_WEDNESDAY, moment, zone)


def next_thursday(moment: datetime, zone: str) -> datetime:
    """The next Thursday at ten in the morning, wall time."""
    return _next(_THURSDAY, moment, zone)


def _next(weekday: int, moment: datetime, zone: str) -> datetime:
    local = moment.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=(weekday - local.weekday()) % 7)
    found = datetime.combine(day, _TEN, ZoneInfo(zone))
    if found <= local:
        found = datetime.combine(day + timedelta(days=7), _TEN, ZoneInfo(zone))
    return found.astimezone(UTC)


def full_hour_after(moment: datetime) -> datetime:
    """The next full hour."""
    return moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def day_of(moment: datetime, zone: str) -> str:
    """The day of a moment there, written `2027-06-15`."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d}"


def noon_of(day: str, zone: str) -> datetime:
    """Noon of a day written `2027-06-15`. Raises ValueError for what is not one."""
    return datetime.combine(datetime.fromisoformat(day).date(), time(12), ZoneInfo(zone)).astimezone(UTC)
