"""Whoever becomes care contact has a day of their own for what nobody has opened; then it is told of once more."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from retreats.db import db
from retreats.events import CareContactChanged
from retreats.feedback.models import CareCase


def begin_anew(event: CareContactChanged) -> None:
    """Let the day begin anew for what is not closed. A copy that waits for its full hour has its day before it anyway."""
    moment = datetime.fromtimestamp(event.moment, UTC)
    waiting = select(CareCase).where(
        CareCase.gathering_id == event.gathering_id, CareCase.state != "closed", CareCase.alerted
    )
    for case in db.session.scalars(waiting.order_by(CareCase.id).with_for_update()):
        if case.waits_since < moment:
            case.handed_at, case.overdue_told = moment, False
    db.session.flush()
