"""What the loop has done, counted: fixed horizons, so that what is recent neither flatters nor harms; no means, no stars."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from retreats import clock
from retreats.db import db
from retreats.feedback.models import Batch, Decision, FormWindow, GroupAnswer, Point, PointStep, Verdict
from retreats.feedback.timeline import REPLY_DAYS

YEAR = timedelta(days=365)
CLOSING_DAYS, FEW_POINTS = 30, 10
LEAST = 5
"""A figure is shown when at least so many stand behind it."""
LINE_GATHERINGS, LINE_POINTS = 3, 20
OWED = ("question", "change")
Share = tuple[int, int]
"""How many, of how many."""


@dataclass(frozen=True)
class Owed:
    """A point that is owed an answer: how old its batch is, when it was answered first, and where it stands."""

    kind: str
    state: str
    released_at: datetime
    replied_at: datetime | None


@dataclass(frozen=True)
class Figures:
    """Twelve months of listening."""

    gatherings: int = 0
    answered: Share = (0, 0)
    """M1: answered, of those who attended gatherings whose form has closed."""
    replied: Share = (0, 0)
    """M2: answered within seven days, of points owed an answer that were released at least seven days ago."""
    days: float | None = None
    """M3: Kaplan–Meier median of the days to the first reply; those without one count as not yet."""
    closed: dict[str, int] = field(default_factory=dict)
    """M4: how points owed something and released at least 30 days ago ended, with `open`."""
    changes: dict[str, int] = field(default_factory=dict)
    """M5: promised, made, shown, told."""
    verdicts: dict[str, int] = field(default_factory=dict)
    """M6: met, partly, not, silent."""
    changed_us: dict[str, int] = field(default_factory=dict)
    """M7: answers to "something I said or asked changed what we did"."""
    owed_points: int = 0


def figures(now: datetime | None = None) -> Figures:
    """The figures of the last twelve months, over batches that were released, each of five people or more."""
    now = now or clock.now()
    batches = db.session.execute(
        select(Batch, FormWindow)
        .join(FormWindow)
        .where(Batch.released_at > now - YEAR, Batch.released_at <= now, FormWindow.occasion == "after")
    ).all()
    windows = {window.id: window for _batch, window in batches if window.state == "closed"}
    people = sum(batch.answered for batch, window in batches if window.id in windows)
    ids = [batch.id for batch, _window in batches]
    points = _owed(ids)
    ripe = [point for point in points if point.released_at <= now - timedelta(days=REPLY_DAYS)]
    old = [point for point in points if point.released_at <= now - timedelta(days=CLOSING_DAYS)]
    return Figures(
        gatherings=len({window.gathering_id for _batch, window in batches}),
        answered=(people, sum(window.attended for window in windows.values())),
        replied=(sum(_in_time(point) for point in ripe), len(ripe)),
        days=median_days([_waited(point, now) for point in points]),
        closed=dict(Counter(_ending(point) for point in old)),
        changes=_changes(ids, now),
        verdicts=_verdicts(ids),
        changed_us=_changed_us(ids),
        owed_points=len(points),
    )


def listening_line() -> str | None:
    """The public line on every gathering's page, or None while there are fewer than three gatherings or twenty points."""
    found = figures()
    if found.gatherings < LINE_GATHERINGS or found.owed_points < LINE_POINTS:
        return None
    promised = found.changes.get("promised", 0)
    return _(
        "Last 12 months: %(answered)s of %(attended)s people answered · %(replied)s of %(ripe)s points answered within a week "
        "· %(promised)s changes promised, %(made)s made",
        answered=found.answered[0], attended=found.answered[1], replied=found.replied[0], ripe=found.replied[1],
        promised=promised, made=found.changes.get("made", 0),
    )  # fmt: skip


def median_days(waits: list[tuple[float, bool]]) -> float | None:
    """Kaplan and Meier's median (J. Am. Stat. Assoc. 53, 1958): the first day by which half have an answer.

    Each wait is (days, whether an answer ended it); those without one are censored, not left out. None when fewer than
    half have been answered by any day, or where there are fewer than ten points.
    """
    if len(waits) < FEW_POINTS:
        return None
    remaining, still = len(waits), 1.0
    for days in sorted({days for days, _answered in waits}):
        ended = sum(answered for each, answered in waits if each == days)
        still *= 1 - ended / remaining
        if still <= 0.5:
            return days
        remaining -= sum(each == days for each, _answered in waits)
    return None


def shown(share: Share) -> str | None:
    """`9 of 12`; None where fewer than five stand behind it. A percentage only from twenty on."""
    part, whole = share
    if whole < LEAST:
        return None
    words = ngettext("%(part)s of %(num)s", "%(part)s of %(num)s", whole, part=part)
    return f"{words} ({round(100 * part / whole)} %)" if whole >= 20 else words


def _owed(batch_ids: list[int]) -> list[Owed]:
    first = (
        select(PointStep.point_id, func.min(PointStep.taken_at).label("at"))
        .where(PointStep.step.in_(("answered", "decided")))
        .group_by(PointStep.point_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Point.kind, Point.state, Batch.released_at, first.c.at)
        .join(Batch)
        .outerjoin(first, first.c.point_id == Point.id)
        .where(Point.batch_id.in_(batch_ids), Point.kind.in_(OWED), Point.state != "withdrawn")
    )
    return [Owed(*row) for row in rows]


def _in_time(point: Owed) -> bool:
    return point.replied_at is not None and point.replied_at <= point.released_at + timedelta(days=REPLY_DAYS)


def _waited(point: Owed, now: datetime) -> tuple[float, bool]:
    days = ((point.replied_at or now) - point.released_at).total_seconds() / 86_400
    return float(int(days) + 1), point.replied_at is not None


def _ending(point: Owed) -> str:
    return point.state if point.state in {"confirmed", "lapsed", "unmet"} else "open"


def _changes(batch_ids: list[int], now: datetime) -> dict[str, int]:
    of_points = select(Point.id).where(Point.batch_id.in_(batch_ids))
    promised = db.session.scalars(
        select(Decision).where(
            Decision.kind == "will_change",
            Decision.is_current,
            (Decision.point_id.in_(of_points)) | (Decision.point_id.is_(None) & (Decision.decided_at > now - YEAR)),
        )
    ).all()
    made = [each for each in promised if each.changes]
    seen = [each for each in made if any(change.shown for change in each.changes)]
    told = [
        each
        for each in promised
        if any(point.state in {"told", "confirmed", "lapsed", "unmet"} for point in each.points)
    ]
    return {"promised": len(promised), "made": len(made), "shown": len(seen), "told": len(told)}


def _verdicts(batch_ids: list[int]) -> dict[str, int]:
    last = (
        select(Verdict.point_id, func.max(Verdict.round).label("round"))
        .where(Verdict.taken_in)
        .group_by(Verdict.point_id)
        .subquery()
    )
    given = db.session.execute(
        select(Verdict.met, func.count())
        .join(last, (last.c.point_id == Verdict.point_id) & (last.c.round == Verdict.round))
        .join(Point, Point.id == Verdict.point_id)
        .where(Point.batch_id.in_(batch_ids))
        .group_by(Verdict.met)
    )
    silent = select(func.count()).select_from(Point).where(Point.batch_id.in_(batch_ids), Point.state == "lapsed")
    return {"met": 0, "partly": 0, "not": 0} | dict(given.all()) | {"silent": db.session.scalar(silent) or 0}


def _changed_us(batch_ids: list[int]) -> dict[str, int]:
    counted = db.session.execute(
        select(GroupAnswer.value, func.count())
        .where(GroupAnswer.batch_id.in_(batch_ids), GroupAnswer.question == "C6")
        .group_by(GroupAnswer.value)
    )
    return dict(counted.all())
