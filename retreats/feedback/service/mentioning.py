"""The care contact may let those who led know that she is looking after something: that, and nothing of what."""

from __future__ import annotations

from sqlalchemy import select

from retreats.db import db
from retreats.feedback.models import CareCase
from retreats.feedback.queries import caring


def mention(case_id: int, *, yes: bool, by_id: int) -> None:
    """Let them know, or not any more. Raises NotFound for whoever is not its care contact."""
    caring.case_for(case_id, by_id).is_mentioned = yes
    db.session.flush()


def is_mentioned(gathering_id: int) -> bool:
    """Whether something of this gathering is looked after, and she lets those who led know it."""
    query = select(CareCase.id).where(
        CareCase.gathering_id == gathering_id, CareCase.is_mentioned, CareCase.state != "closed"
    )
    return db.session.scalar(query.limit(1)) is not None
