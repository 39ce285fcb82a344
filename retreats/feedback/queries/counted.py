"""The parts of the figures that do not concern waiting: who answered, what was changed, what authors say of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, distinct, func, or_, select, union_all
from sqlalchemy.orm import aliased

from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback.models import (
    Batch,
    CareCase,
    Change,
    ChangeShown,
    Decision,
    DecisionPoint,
    FormWindow,
    GroupAnswer,
    Point,
    Verdict,
)
from retreats.feedback.queries.spans import DAY, seconds_between
from retreats.feedback.service.release import ENOUGH, ENOUGH_MORE

TOLD = ("told", "confirmed", "lapsed", "unmet")
Share = tuple[int, int]
"""How many, of how many."""


@dataclass(frozen=True)
class Span:
    """Which releases are counted, and as of when they are looked at."""

    since: datetime
    """Excluded."""
    until: datetime
    seen_at: datetime


def released_in(span: Span) -> ColumnElement[bool]:
    """Whether a batch was released in this time."""
    return and_(Batch.released_at > span.since, Batch.released_at <= span.until)


def held_for() -> Subquery:
    """Which decision holds for which point: for its own, or, where it was made about a theme, for those that follow it."""
    own = select(Decision.id.label("decision_id"), Decision.point_id).where(Decision.point_id.is_not(None))
    return union_all(own, select(DecisionPoint.decision_id, DecisionPoint.point_id)).subquery()


def forms(span: Span) -> dict[str, Share]:
    """M1, by form: answered, of those who attended, where the form is closed and at least five answered."""
    whole = _closed(span).subquery()
    rows = db.session.execute(
        select(whole.c.occasion, func.sum(whole.c.answered), func.sum(whole.c.attended)).group_by(whole.c.occasion)
    )
    return {occasion: (int(answered), int(attended)) for occasion, answered, attended in rows}


def at_once(*counts: Select[int]) -> tuple[int, ...]:
    """What these count, in one statement."""
    row = db.session.execute(select(*(each.scalar_subquery() for each in counts))).one()
    return tuple(int(each or 0) for each in row)


def gatherings(span: Span) -> Select[int]:
    """Those after which enough people answered; a short round alone, or held words that were let go, make none."""
    query = select(func.count(distinct(FormWindow.gathering_id))).join(Batch, Batch.window_id == FormWindow.id)
    return query.where(released_in(span), FormWindow.occasion == "after", Batch.answered > 0)


def too_few(span: Span) -> Select[int]:
    """Forms after gatherings that ended in this time and closed with fewer than five: their counts are nobody's to know."""
    heard = select(Batch.id).where(Batch.window_id == FormWindow.id, Batch.answered > 0).exists()
    return (
        select(func.count())
        .select_from(FormWindow)
        .join(Gathering)
        .where(
            FormWindow.occasion == "after",
            FormWindow.state.in_(("held", "closed")),
            Gathering.ends_at > span.since,
            Gathering.ends_at <= span.until,
            ~heard,
        )
    )


def changes(span: Span) -> Counter[str]:
    """M5: of points that ask for a change, how many were promised one, made, shown, told; and, of those due, made by then."""
    held, made = held_for(), _made()
    is_due = Decision.due_at <= span.seen_at
    query = (
        select(
            func.count(),
            func.count(made.c.decision_id),
            func.count(made.c.shown),
            _sum(Point.state.in_(TOLD)),
            _sum(is_due),
            _sum(and_(is_due, made.c.first_on <= Decision.due_at)),
        )
        .select_from(Decision)
        .join(held, held.c.decision_id == Decision.id)
        .join(Point, Point.id == held.c.point_id)
        .join(Batch, Batch.id == Point.batch_id)
        .outerjoin(made, made.c.decision_id == Decision.id)
        .where(Decision.kind == "will_change", Decision.is_current, *_asks(span))
    )
    names = ("promised", "made", "shown", "told", "due", "on_time")
    return Counter(dict(zip(names, (int(each or 0) for each in db.session.execute(query).one()), strict=True)))


def _made() -> Subquery:
    """By decision that led to a change: since when, and one of the changes that stand on a page, if any does."""
    return (
        select(
            Change.decision_id,
            func.min(Change.made_on, type_=Change.made_on.type).label("first_on"),
            func.max(ChangeShown.change_id).label("shown"),
        )
        .outerjoin(ChangeShown, ChangeShown.change_id == Change.id)
        .group_by(Change.decision_id)
        .subquery()
    )


def dropped(span: Span) -> Select[int]:
    """M5: promised once, and now decided otherwise, with the reason."""
    before, once, held = aliased(Decision), held_for(), held_for()
    promised = (
        select(before.id)
        .join(once, once.c.decision_id == before.id)
        .where(once.c.point_id == Point.id, before.kind == "will_change", before.is_current.is_(False))
    )
    query = select(func.count()).select_from(Decision).join(held, held.c.decision_id == Decision.id)
    query = query.join(Point, Point.id == held.c.point_id)
    return query.join(Batch, Batch.id == Point.batch_id).where(
        Decision.kind == "will_not", Decision.is_current, promised.exists(), *_asks(span)
    )


def silent(span: Span) -> Select[int]:
    """M6: points whose authors were told what became of them and said nothing more."""
    return select(func.count()).select_from(Point).join(Batch).where(released_in(span), Point.state == "lapsed")


def verdicts(span: Span) -> dict[str, int]:
    """M6: what authors said last of what became of their points; `silent` counts those who kept silent."""
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
        .join(Batch, Batch.id == Point.batch_id)
        .where(
            released_in(span), Point.state.in_(("confirmed", "reopened", "unmet", "decided", "made", "shown", "told"))
        )
        .group_by(Verdict.met)
    )
    return {"met": 0, "partly": 0, "not": 0} | dict(given.all())


def changed_us(span: Span) -> dict[str, int]:
    """M7, over forms that are closed, each of which shows with five answers to this question or more, and whole or not at
    all: so what changes from one day to the next is never less than a group may see of itself. What `results.merge` shows of
    each form, summed by the store.
    """
    closed, said = _closed(span).subquery(), func.count()
    by_batch = (
        select(
            closed.c.id.label("form"),
            Batch.number,
            GroupAnswer.value,
            said.label("said"),
            func.sum(said).over(partition_by=Batch.id).label("together"),
            func.min(Batch.number).over(partition_by=closed.c.id).label("first"),
        )
        .join(Batch, Batch.window_id == closed.c.id)
        .join(GroupAnswer, GroupAnswer.batch_id == Batch.id)
        .where(GroupAnswer.question == "C6")
        .group_by(closed.c.id, Batch.id, Batch.number, GroupAnswer.value)
        .subquery()
    )
    one = by_batch.c
    by_form = (
        select(one.value, one.said, func.sum(one.said).over(partition_by=one.form).label("together"))
        .where(or_(one.number == one.first, one.together >= ENOUGH_MORE))
        .subquery()
    )
    query = select(by_form.c.value, func.sum(by_form.c.said)).where(by_form.c.together >= ENOUGH)
    return {value: int(count) for value, count in db.session.execute(query.group_by(by_form.c.value))}


def care(span: Span) -> tuple[Share, int]:
    """M8: cases that were seen within 24 hours, of those raised a day ago or earlier; and how many are open now.

    Counted from when it was raised, whoever has become care contact since. What was closed unseen was taken back.
    """
    raised = and_(CareCase.raised_at > span.since, CareCase.raised_at <= span.until)
    looked = or_(CareCase.seen_at.is_not(None), CareCase.state == "raised")
    is_old = and_(looked, CareCase.raised_at <= span.seen_at - timedelta(seconds=DAY))
    in_time = and_(is_old, seconds_between(CareCase.raised_at, CareCase.seen_at) <= DAY)
    query = select(_sum(and_(raised, in_time)), _sum(and_(raised, is_old)), _sum(CareCase.state != "closed"))
    seen, old, still_open = (int(each or 0) for each in db.session.execute(query.where(CareCase.alerted)).one())
    return (seen, old), still_open


def _closed(span: Span) -> Select[int, str, int, int]:
    """Closed forms whose first release lies in this time, with how many answered: five or more."""
    first = select(Batch.id).where(Batch.window_id == FormWindow.id, Batch.number == 1, released_in(span))
    return (
        select(FormWindow.id, FormWindow.occasion, FormWindow.attended, func.sum(Batch.answered).label("answered"))
        .join(Batch, Batch.window_id == FormWindow.id)
        .where(FormWindow.state == "closed", first.correlate(FormWindow).exists())
        .group_by(FormWindow.id, FormWindow.occasion, FormWindow.attended)
        .having(func.sum(Batch.answered) >= ENOUGH)
    )


def _asks(span: Span) -> tuple[ColumnElement[bool], ...]:
    return released_in(span), Point.kind == "change", Point.state != "withdrawn"


def _sum(of: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((of, 1), else_=0))
