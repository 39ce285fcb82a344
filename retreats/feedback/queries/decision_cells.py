"""What was decided in gatherings, and what became of promised changes, as the organisers' board shows it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, func, select

from retreats import clock
from retreats.db import db
from retreats.feedback.models import Change, ChangeShown, Decision, DecisionPoint
from retreats.feedback.queries.among import Among


def decided(among: Among) -> dict[int, dict[str, int]]:
    """Decisions that hold, and what became of promised changes: counted by the store."""
    is_promise = Decision.kind == "will_change"
    made = select(Change.id).where(Change.decision_id == Decision.id)
    shown = select(ChangeShown.id).join(Change, Change.id == ChangeShown.change_id)
    late = and_(is_promise, Decision.due_at < clock.now(), ~made.exists())
    follow = select(func.count()).select_from(DecisionPoint).where(DecisionPoint.decision_id == Decision.id)
    counts = {
        "decisions": func.sum(case((Decision.point_id.is_not(None), 1), else_=follow.scalar_subquery())),
        "promised": how_many(is_promise),
        "made": how_many(and_(is_promise, made.exists())),
        "shown": how_many(and_(is_promise, shown.where(Change.decision_id == Decision.id).exists())),
        "promises_late": how_many(late),
    }
    rows = db.session.execute(
        select(Decision.gathering_id, *counts.values())
        .where(Decision.gathering_id.in_(among.within), Decision.is_current)
        .group_by(Decision.gathering_id)
    )
    found = {row[0]: dict(zip(counts, map(int, row[1:]), strict=True)) for row in rows}
    return {each: found.get(each, dict.fromkeys(counts, 0)) for each in among.ids}


def how_many(of: ColumnElement[bool]) -> ColumnElement[int]:
    """Of the rows of a group."""
    return func.sum(case((of, 1), else_=0))
