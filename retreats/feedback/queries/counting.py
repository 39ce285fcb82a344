"""What the loop has done, counted (M1–M7): fixed horizons, so that what is recent neither flatters nor harms; no means, no
stars. Each figure is counted by the store: the same few statements for one gathering and for five hundred.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, Subquery, and_, case, func, literal, select

from retreats import clock
from retreats.catalogue.models import Gathering
from retreats.db import Moment, db
from retreats.feedback.measures.waiting import FEW_POINTS, median_days, median_wait
from retreats.feedback.models import Batch, Decision, FormWindow, Point, PointStep
from retreats.feedback.queries import counted
from retreats.feedback.queries.counted import Share, Span, released_in
from retreats.feedback.queries.wall_days import wall_days
from retreats.feedback.timeline import REPLY_DAYS

__all__ = ["Figures", "Span", "figures", "last_year", "listening_line", "median_days", "shown"]

YEAR = timedelta(days=365)
CLOSING_DAYS = 30
LEAST = 5
"""A figure is shown when at least so many stand behind it."""
LINE_GATHERINGS, LINE_POINTS = 3, 20
OWED = ("question", "change")
OVER = ("confirmed", "lapsed", "unmet")


@dataclass(frozen=True)
class Figures:
    """Some time of listening."""

    gatherings: int = 0
    forms: dict[str, Share] = field(default_factory=dict)
    """M1: answered, of those who attended gatherings whose form has closed and was released; by form."""
    too_few: int = 0
    """Forms that closed with fewer than five answers: their counts are in none of these."""
    replied: Share = (0, 0)
    """M2: answered within seven days, of points owed an answer that were released at least seven days ago."""
    days: int | None = None
    """M3: Kaplan–Meier median of the days to the first reply; those without one count as not yet."""
    waits: dict[bool, dict[int, int]] = field(default_factory=dict)
    """M3: how many waited how many days, for those answered (True) and those not (False)."""
    closed: dict[str, int] = field(default_factory=dict)
    """M4: how points owed something and released at least 30 days ago ended: confirmed, lapsed, refused, unmet, or open."""
    asked: int = 0
    """M5: change points."""
    changes: dict[str, int] = field(default_factory=dict)
    """M5: of change points: promised, made, shown, told."""
    on_time: Share = (0, 0)
    """M5: made by the day that was promised, of those due by now."""
    dropped: int = 0
    """M5: promised, and then decided otherwise, with the reason."""
    verdicts: dict[str, int] = field(default_factory=dict)
    """M6: met, partly, not, silent."""
    changed_us: dict[str, int] = field(default_factory=dict)
    """M7: answers to "something I said or asked changed what we did"."""
    owed_points: int = 0

    @property
    def answered(self) -> Share:
        """M1 of the form after a gathering."""
        return self.forms.get("after", (0, 0))

    @property
    def listed(self) -> list[tuple[int, bool]]:
        """Below ten points, each wait: (days, whether an answer ended it)."""
        found = [(days, ended) for ended, by_days in self.waits.items() for days, count in by_days.items()
                 for _each in range(count)]  # fmt: skip
        return sorted(found, key=lambda each: (each[0], not each[1])) if len(found) < FEW_POINTS else []


def last_year(now: datetime | None = None) -> Span:
    """The twelve months until now."""
    now = now or clock.now()
    return Span(now - YEAR, now, now)


def figures(span: Span | None = None) -> Figures:
    """The figures over the batches released in a span, the last twelve months if none is given. Seven statements."""
    span = span or last_year()
    points = _owed(span)
    waits: dict[bool, Counter[int]] = {True: Counter(), False: Counter()}
    for each in points:
        waits[each.is_answered][each.days] += each.count
    closed: Counter[str] = Counter()
    for each in points:
        if each.is_old:
            closed[_ending(each)] += each.count
    made = counted.changes(span)
    gatherings, too_few, dropped, silent = counted.at_once(
        counted.gatherings(span), counted.too_few(span), counted.dropped(span), counted.silent(span)
    )
    return Figures(
        gatherings=gatherings,
        forms=counted.forms(span),
        too_few=too_few,
        replied=(sum(each.count for each in points if each.is_ripe and each.in_time),
                 sum(each.count for each in points if each.is_ripe)),
        days=median_wait(waits[True], waits[False]),
        waits={ended: dict(by_days) for ended, by_days in waits.items() if by_days},
        closed=dict(closed),
        asked=sum(each.count for each in points if each.kind == "change"),
        changes={key: made[key] for key in ("promised", "made", "shown", "told")},
        on_time=(made["on_time"], made["due"]),
        dropped=dropped,
        verdicts=counted.verdicts(span) | {"silent": silent},
        changed_us=counted.changed_us(span),
        owed_points=sum(each.count for each in points),
    )  # fmt: skip


def listening_line(found: Figures | None = None) -> str | None:
    """The public line on every gathering's page, or None while there are fewer than three gatherings or twenty points."""
    found = found or _for_the_line(last_year())
    if found.gatherings < LINE_GATHERINGS or found.owed_points < LINE_POINTS:
        return None
    promised = found.changes.get("promised", 0)
    line = _(
        "Last 12 months: %(answered)s of %(attended)s people answered · %(replied)s of %(ripe)s points answered within a week "
        "· %(promised)s changes promised, %(made)s made",
        answered=found.answered[0], attended=found.answered[1], replied=found.replied[0], ripe=found.replied[1],
        promised=promised + found.dropped, made=found.changes.get("made", 0),
    )  # fmt: skip
    dropped = ngettext("%(num)s dropped, and why", "%(num)s dropped, and why", found.dropped)
    return f"{line}, {dropped}" if found.dropped else line


def _for_the_line(span: Span) -> Figures:
    """Those of the figures that the public line says, and no more: five statements."""
    replied, owed = _replied(span)
    gatherings, dropped = counted.at_once(counted.gatherings(span), counted.dropped(span))
    return Figures(gatherings=gatherings, forms=counted.forms(span), replied=replied, changes=dict(counted.changes(span)),
                   dropped=dropped, owed_points=owed)  # fmt: skip


def shown(share: Share) -> str | None:
    """`9 of 12`; None where fewer than five stand behind it. A percentage only from twenty on."""
    part, whole = share
    if whole < LEAST:
        return None
    words = ngettext("%(part)s of %(num)s", "%(part)s of %(num)s", whole, part=part)
    return f"{words} ({round(100 * part / whole)} %)" if whole >= 20 else words


@dataclass(frozen=True)
class _Owed:
    """So many points that are owed an answer and are alike."""

    kind: str
    state: str
    decision: str | None
    is_answered: bool
    days: int
    """Until the first reply, or so far."""
    in_time: bool
    is_ripe: bool
    is_old: bool
    count: int


def _owed(span: Span) -> list[_Owed]:
    """Points that are owed an answer, those that are alike counted together."""
    held = counted.held_for()
    decided = (
        select(held.c.point_id, Decision.kind)
        .join(Decision, Decision.id == held.c.decision_id)
        .where(Decision.is_current)
        .subquery()
    )
    first, wall = _first_replies(span), wall_days(span.since, span.seen_at)
    released, seen_at = Batch.released_at, literal(span.seen_at, Moment())
    in_time = wall.at_most(REPLY_DAYS, released, first.c.at)
    columns = (
        Point.kind,
        Point.state,
        decided.c.kind.label("decision"),
        first.c.at.is_not(None).label("is_answered"),
        (wall.whole_days(released, func.coalesce(first.c.at, seen_at)) + 1).label("days"),
        case((in_time, first.c.at.is_not(None)), else_=False).label("in_time"),
        wall.are_over(REPLY_DAYS, released, seen_at).label("is_ripe"),
        wall.are_over(CLOSING_DAYS, released, seen_at).label("is_old"),
    )
    alike = (
        select(*columns)
        .join(Batch, Batch.id == Point.batch_id)
        .join(FormWindow, FormWindow.id == Batch.window_id)
        .join(Gathering, Gathering.id == FormWindow.gathering_id)
        .outerjoin(first, first.c.point_id == Point.id)
        .outerjoin(decided, decided.c.point_id == Point.id)
        .where(*_is_owed(span))
        .subquery()
    )
    rows = db.session.execute(select(*alike.c, func.count()).group_by(*alike.c))
    return [_Owed(row[0], row[1], row[2], bool(row[3]), row[4], bool(row[5]), bool(row[6]), bool(row[7]), row[8])
            for row in rows]  # fmt: skip


def _replied(span: Span) -> tuple[Share, int]:
    """M2, and how many points are owed an answer at all: the same as of `_owed`, where nothing else is asked."""
    first, wall = _first_replies(span), wall_days(span.since, span.seen_at)
    is_ripe = wall.are_over(REPLY_DAYS, Batch.released_at, literal(span.seen_at, Moment()))
    in_time = and_(is_ripe, wall.at_most(REPLY_DAYS, Batch.released_at, first.c.at))
    query = (
        select(func.sum(case((in_time, 1), else_=0)), func.sum(case((is_ripe, 1), else_=0)), func.count())
        .select_from(Point)
        .join(Batch, Batch.id == Point.batch_id)
        .join(FormWindow, FormWindow.id == Batch.window_id)
        .join(Gathering, Gathering.id == FormWindow.gathering_id)
        .outerjoin(first, first.c.point_id == Point.id)
        .where(*_is_owed(span))
    )
    replied, ripe, owed = (int(each or 0) for each in db.session.execute(query).one())
    return (replied, ripe), owed


def _is_owed(span: Span) -> tuple[ColumnElement[bool], ...]:
    return released_in(span), Point.kind.in_(OWED), Point.state != "withdrawn"


def _first_replies(span: Span) -> Subquery:
    """By point: when it first had an answer, or a decision."""
    return (
        select(PointStep.point_id, func.min(PointStep.taken_at, type_=Moment()).label("at"))
        .where(PointStep.step.in_(("answered", "decided")), PointStep.taken_at <= span.seen_at)
        .group_by(PointStep.point_id)
        .subquery()
    )


def _ending(point: _Owed) -> str:
    if point.state not in OVER:
        return "open"
    return "refused" if point.decision == "will_not" and point.state != "confirmed" else point.state
