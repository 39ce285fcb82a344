"""How many points of a gathering wait, and for what: columns of the organisers' board."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

from sqlalchemy import ColumnElement, and_, not_, or_, select

from retreats import clock
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback import timeline
from retreats.feedback.models import Batch, FormWindow, Point
from retreats.feedback.queries.among import Among
from retreats.feedback.queries.decision_cells import how_many

_OWED = ("question", "change")
_UNHEARD = ("released", "read")
_WAITS_TO_BE_HEARD = {"thanks": _UNHEARD, "sharing": ("released",)}
"""Thanks want to be acknowledged, what was only told to be read."""
_UNDECIDED = (*_UNHEARD, "acknowledged", "answered")


def waits_for_reply() -> ColumnElement[bool]:
    """That a point is owed a first word, by its kind or because its author would like one, and has none yet."""
    return and_(or_(Point.kind.in_(_OWED), Point.wants_reply), Point.state.in_(_UNHEARD))


def point_cells(among: Among) -> dict[int, dict[str, int]]:
    """How many points wait for a first word, how many ask for a change, and what of it is late."""
    now, is_change = clock.now(), Point.kind == "change"
    waits = waits_for_reply()
    is_quiet = or_(*(and_(Point.kind == kind, Point.state.in_(states)) for kind, states in _WAITS_TO_BE_HEARD.items()))
    kinds = (waits, and_(not_(waits), is_quiet), is_change, and_(is_change, Point.state.in_(_UNDECIDED)))
    rows = db.session.execute(
        select(FormWindow.gathering_id, Gathering.zone, Batch.released_at, *map(how_many, kinds))
        .join(Batch, Batch.window_id == FormWindow.id)
        .join(Point, Point.batch_id == Batch.id)
        .join(Gathering, Gathering.id == FormWindow.gathering_id)
        .where(
            FormWindow.gathering_id.in_(among.within),
            FormWindow.occasion == "after",
            Point.state != "withdrawn",
        )
        .group_by(FormWindow.gathering_id, Gathering.zone, Batch.released_at)
    )
    found: defaultdict[int, Counter[str]] = defaultdict(
        lambda: Counter(replies_due=0, replies_late=0, unheard_late=0, asked=0, decisions_late=0)
    )
    for gathering_id, zone, released_at, *counts in rows:
        waiting, unheard, asked, undecided = counts
        replied_by, heard_by, decided_by = _due(released_at, zone)
        found[gathering_id].update(
            replies_due=waiting,
            replies_late=waiting * (replied_by < now),
            unheard_late=unheard * (heard_by < now),
            asked=asked,
            decisions_late=undecided * (decided_by < now),
        )
    return {each: dict(found[each]) for each in among.ids}


def _due(released_at: datetime, zone: str) -> tuple[datetime, ...]:
    """By when a reply, a thank-you or a look, and a decision are owed."""
    owed = (timeline.REPLY_DAYS, timeline.HEARD_DAYS, timeline.DECISION_DAYS)
    return tuple(timeline.later(released_at, zone, days=each) for each in owed)
