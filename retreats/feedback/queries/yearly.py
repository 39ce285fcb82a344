"""What a year of listening came to: the same figures as everywhere, what was changed, what was declined and why, and what
those who lead learned, in lines that they made public themselves.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from retreats import clock
from retreats.catalogue.models import Gathering
from retreats.db import Localised, db
from retreats.feedback.models import Decision, YearReport
from retreats.feedback.queries.counted import Span
from retreats.feedback.queries.counting import Figures, figures
from retreats.feedback.queries.learning import taught_in
from retreats.feedback.service.pooling import YEARS

Learned = list[Localised]


@dataclass(frozen=True)
class Outcome:
    """Something that was said, and what came of it, in the words of those who decided."""

    gathering: Localised
    said: Localised
    text: Localised


@dataclass(frozen=True)
class Report:
    """A year: as it is counted now, or as it was when it was published."""

    year: int
    figures: Figures
    changed: list[Outcome]
    declined: list[Outcome]
    learned: Learned
    published_at: datetime | None = None

    def frozen(self) -> dict[str, Any]:
        """As it is kept once it is published."""
        whole = asdict(self.figures)
        whole["waits"] = [[ended, days, count] for ended, by_days in self.figures.waits.items()
                          for days, count in by_days.items()]  # fmt: skip
        return {
            "figures": whole,
            "changed": [asdict(each) for each in self.changed],
            "declined": [asdict(each) for each in self.declined],
            "learned": self.learned,
        }


def counted_now(year: int, learned: Learned | None = None) -> Report:
    """What the tables say of a year now: releases of that year, as they stand today."""
    span = span_of(year)
    lines = [*(learned or []), *taught_in(year)]
    return Report(year, figures(span), _changed(span), _declined(span), lines)


def published(year: int) -> Report | None:
    """The report of this year, where it was published: as it was then."""
    found = db.session.scalar(select(YearReport).where(YearReport.year == year))
    if found is None:
        return None
    outcomes = {key: [Outcome(**each) for each in found.frozen[key]] for key in ("changed", "declined")}
    return Report(year, _thawed(found.frozen["figures"]), outcomes["changed"], outcomes["declined"],
                  found.frozen["learned"], found.published_at)  # fmt: skip


def published_years() -> list[int]:
    """The years with a report, the latest first."""
    return list(db.session.scalars(select(YearReport.year).order_by(YearReport.year.desc())))


def span_of(year: int) -> Span:
    """From the first to the last moment of a year."""
    start, end = datetime(year, 1, 1, tzinfo=YEARS), datetime(year + 1, 1, 1, tzinfo=YEARS)
    return Span(start, end, clock.now())


def last_whole_year() -> int:
    """The year before this one."""
    return clock.now().astimezone(YEARS).year - 1


def _thawed(kept: dict[str, Any]) -> Figures:
    """Figures out of JSON: pairs are tuples again, and the waits have their numbers as keys."""
    waits: dict[bool, dict[int, int]] = {}
    for ended, days, count in kept["waits"]:
        waits.setdefault(ended, {})[days] = count
    pairs = {each.name for each in fields(Figures) if each.type == "Share"}
    whole: dict[str, Any] = {key: tuple(value) if key in pairs else value for key, value in kept.items()}
    whole |= {"forms": {key: tuple(each) for key, each in kept["forms"].items()}, "waits": waits}
    return Figures(**whole)


def _changed(span: Span) -> list[Outcome]:
    made = [each for each in _decided(span, "will_change") if each.changes]
    return [Outcome(each.gathering.title, each.about, each.changes[-1].what) for each in made]


def _declined(span: Span) -> list[Outcome]:
    return [Outcome(each.gathering.title, each.about, each.reason) for each in _decided(span, "will_not")]


def _decided(span: Span, kind: str) -> list[Decision]:
    query = (
        select(Decision)
        .join(Gathering, Gathering.id == Decision.gathering_id)
        .where(
            Decision.kind == kind,
            Decision.is_current,
            Decision.decided_at > span.since,
            Decision.decided_at <= span.until,
        )
        .options(joinedload(Decision.gathering), selectinload(Decision.changes))
        .order_by(Gathering.starts_at, Decision.id)
    )
    return list(db.session.scalars(query))
