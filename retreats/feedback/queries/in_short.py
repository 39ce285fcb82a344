"""After {gathering} in one line, and each row of answers beside what is usual for this facilitator's groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from retreats import clock
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback import timeline
from retreats.feedback.models import Batch, FormWindow, GroupLetter
from retreats.feedback.queries.over_time import Row, beside
from retreats.feedback.queries.results import ScaleRow
from retreats.languages import local

_MINUTES_A_POINT, _ROUNDED_TO = 3, 5


@dataclass(frozen=True)
class Beside:
    """What a group said, and what is usual."""

    row: ScaleRow
    usual: Row | None
    sentence: str


def line(gathering: Gathering, answered: int, attended: int, letter: GroupLetter | None) -> str:
    """`9 of 12 answered · released today · letter due in 7 days`."""
    kind = Batch.released_at.type
    first, last = db.session.execute(
        select(func.min(Batch.released_at, type_=kind), func.max(Batch.released_at, type_=kind))
        .join(FormWindow)
        .where(FormWindow.gathering_id == gathering.id, FormWindow.occasion == "after")
    ).one()
    said = [_("%(answered)s of %(attended)s answered", answered=answered, attended=attended)] if answered else []
    is_sent = letter is not None and letter.sent_at is not None
    parts = (
        [_released(gathering, last), _("letter sent") if is_sent else _letter_due(gathering, first)] if first else []
    )
    return " · ".join([*said, *parts])


def minutes_for(points: int) -> int:
    """About how long so many answers take: three minutes each, in steps of five."""
    return max(_ROUNDED_TO, _ROUNDED_TO * round(points * _MINUTES_A_POINT / _ROUNDED_TO))


def beside_usual(gathering: Gathering, rows: list[ScaleRow], person_id: int) -> list[Beside]:
    """Each row with its usual range and one of the three sentences; the widest gap first."""
    known = beside(gathering.id, person_id)
    found = [Beside(row, *known.get(row.key, (None, ""))) for row in rows]
    return sorted(found, key=_gap, reverse=True)


def _gap(each: Beside) -> float:
    """How far from the middle of what is usual; where only words may be said, farthest."""
    if not each.row.counts:
        return 2.0
    if each.usual is None or each.usual.usual is None or each.usual.good is None:
        return 0.0
    return abs(each.usual.good - sum(each.usual.usual) / 2) / each.usual.total


def _released(gathering: Gathering, released: datetime) -> str:
    days = _days_between(released, clock.now(), gathering.zone)
    return _("released today") if days <= 0 else ngettext("released yesterday", "released %(num)s days ago", days)


def _letter_due(gathering: Gathering, released: datetime) -> str:
    due = timeline.later(released, gathering.zone, days=timeline.REPLY_DAYS)
    days = _days_between(clock.now(), due, gathering.zone)
    if days < 0:
        return ngettext("letter late by a day", "letter late by %(num)s days", -days)
    return _("letter due today") if days == 0 else ngettext("letter due tomorrow", "letter due in %(num)s days", days)


def _days_between(earlier: datetime, later: datetime, zone: str) -> int:
    return (local(later, zone).date() - local(earlier, zone).date()).days
