"""That a letter was sent is kept for a time only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select

from retreats import periods
from retreats.db import db
from retreats.mail.models import Letter
from retreats.periods import Going, Period


def _due(until: datetime) -> ColumnElement[bool]:
    """Old ones that nothing waits for any more."""
    left = or_(Letter.sent_at.is_not(None), Letter.dropped_at.is_not(None))
    return (Letter.written_at <= until - periods.LETTERS) & left


def _letters(until: datetime) -> list[Going]:
    first, count = db.session.execute(select(func.min(Letter.written_at), func.count()).where(_due(until))).one()
    return [Going(first + periods.LETTERS, count)] if count else []


def _forget_letters(now: datetime) -> None:
    db.session.execute(delete(Letter).where(_due(now)))


PERIODS = (Period("letters", _letters, _forget_letters),)
