"""Which decision holds for which point: its own, or the one about its theme."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from retreats.db import db
from retreats.feedback.models import Decision, DecisionPoint


def current_decisions(point_ids: list[int]) -> dict[int, Decision]:
    """The decisions that hold, by point, with the changes made for them."""
    follows = (DecisionPoint.decision_id == Decision.id) & DecisionPoint.point_id.in_(point_ids)
    found = db.session.execute(
        select(Decision, func.coalesce(Decision.point_id, DecisionPoint.point_id))
        .outerjoin(DecisionPoint, follows)
        .where(or_(Decision.point_id.in_(point_ids), DecisionPoint.point_id.is_not(None)), Decision.is_current)
        .options(selectinload(Decision.changes))
    )
    return {point_id: decision for decision, point_id in found}
