"""Letters that go out by themselves: which there are, when each is due, and in which words."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from retreats import wall
from retreats.catalogue.models import Gathering
from retreats.db import Localised
from retreats.mailings.models import TimedLetter

PURPOSES: dict[str, LazyString] = {
    "preparation": _l("Preparation"),
    "practical": _l("Practical details"),
    "reminder": _l("Reminder"),
    "thanks": _l("Thank you"),
}
"""In the order in which they go out."""
FOR_LATECOMERS = ("preparation", "practical")
"""What somebody who books after its moment still gets; whoever books so late needs no reminder."""
GOES_OUT = ("published", "running", "over")
"""The states of a gathering in which letters about it go out: never for a draft or one called off."""
FARTHEST_DAYS = 60
_FILE = Path(__file__).with_name("defaults.toml")


@dataclass(frozen=True, kw_only=True)
class Timed:
    """One letter of one gathering, as it stands."""

    purpose: str
    is_on: bool
    amount: int
    unit: str
    at: str
    subject: Localised
    body: Localised
    is_own: bool = False
    """Whether its words are this gathering's own."""
    version: int = 0
    """Of what was set for this gathering; 0: nothing was."""
    changed_at: datetime | None = None

    def due_at(self, gathering: Gathering) -> datetime | None:
        """When it is due (UTC); None while the gathering has no time, or waits for a new date. Days keep the clock at the place, hours elapse."""
        anchor = gathering.ends_at if self.purpose == "thanks" else gathering.starts_at
        if anchor is None or gathering.postponed_at is not None:
            return None
        sign = 1 if self.purpose == "thanks" else -1
        if self.unit == "hours":
            return anchor + sign * timedelta(hours=self.amount)
        if not self.at:
            return wall.moved(anchor, gathering.zone, by=sign * timedelta(days=self.amount))
        day = anchor.astimezone(ZoneInfo(gathering.zone)).date() + sign * timedelta(days=self.amount)
        return datetime.combine(day, time.fromisoformat(self.at), ZoneInfo(gathering.zone)).astimezone(UTC)

    def is_useful(self, gathering: Gathering, now: datetime) -> bool:
        """Whether it still says something true: nothing that prepares goes out once it has begun."""
        if gathering.starts_at is None or gathering.postponed_at is not None or gathering.state not in GOES_OUT:
            return False
        return gathering.has_ended(now) if self.purpose == "thanks" else not gathering.has_begun(now)


def mark_of(gathering: Gathering, purpose: str) -> str:
    """What tells one moment of this letter from another: for a reminder the day that it is about."""
    if purpose != "reminder" or gathering.starts_at is None:
        return ""
    return wall.wall_of(gathering.starts_at, gathering.zone)[:10]


def house_letter(kind: str, purpose: str) -> Timed:
    """The letter as the house has it for gatherings of this kind."""
    found = _defaults()[kind][purpose]
    if "like" in found:
        found = _defaults()[found["like"]][purpose] | {key: value for key, value in found.items() if key != "like"}
    return Timed(purpose=purpose, is_on=found["on"], amount=found["amount"], unit=found["unit"], at=found["at"],
                 subject=dict(found["subject"]), body={code: text.strip() for code, text in found["body"].items()})  # fmt: skip


def as_set(gathering: Gathering, purpose: str, row: TimedLetter | None) -> Timed:
    """The letter as it stands for one gathering."""
    house = house_letter(gathering.kind, purpose)
    if row is None:
        return house
    is_own = bool(row.body)
    return Timed(purpose=purpose, is_on=row.is_on, amount=row.amount, unit=row.unit, at=row.at, is_own=is_own,
                 subject=row.subject if is_own else house.subject, body=row.body if is_own else house.body,
                 version=row.version, changed_at=row.changed_at)  # fmt: skip


@cache
def _defaults() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
