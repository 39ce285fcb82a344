"""What only organisers count (M8, M9): care in time, and sides that are missing. Never by facilitator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, case, distinct, func, select

from retreats.booking.models import Place
from retreats.booking.queries import attends
from retreats.catalogue.models import Gathering, Leader
from retreats.db import db
from retreats.feedback.models import FormWindow, Need, Reflection
from retreats.feedback.queries import counted
from retreats.feedback.queries.counted import Share, Span
from retreats.feedback.queries.spans import DAY, seconds_between


@dataclass(frozen=True)
class Sides:
    """Care, and the sides of those who lead."""

    care_in_time: Share
    """M8: seen within 24 hours, of cases raised at least a day ago."""
    care_open: int
    looked_back: Share
    """M9: gatherings whose form has closed and of which everybody who led has looked back, of all of those."""
    needs_in_time: Share
    """M9: needs that had an answer a day before the start, of those still kept."""


def sides(span: Span) -> Sides:
    """Over a span: three statements."""
    in_time, still_open = counted.care(span)
    return Sides(in_time, still_open, _looked_back(span), _needs(span))


def _looked_back(span: Span) -> Share:
    whole = (
        select(
            FormWindow.gathering_id,
            func.count(distinct(Leader.facilitator_id)).label("leaders"),
            func.count(distinct(Reflection.person_id)).label("written"),
        )
        .join(Gathering, Gathering.id == FormWindow.gathering_id)
        .join(Leader, Leader.gathering_id == Gathering.id)
        .outerjoin(Reflection, Reflection.gathering_id == Gathering.id)
        .where(
            FormWindow.occasion == "after",
            FormWindow.state.in_(("closed", "held")),
            Gathering.ends_at > span.since,
            Gathering.ends_at <= span.until,
        )
        .group_by(FormWindow.gathering_id)
        .subquery()
    )
    query = select(func.sum(case((whole.c.written >= whole.c.leaders, 1), else_=0)), func.count()).select_from(whole)
    done, total = db.session.execute(query).one()
    return int(done or 0), int(total)


def _needs(span: Span) -> Share:
    ahead = seconds_between(Need.marked_at, Gathering.starts_at)
    query = (
        select(func.sum(case((and_(Need.marked_at.is_not(None), ahead >= DAY), 1), else_=0)), func.count())
        .select_from(Need)
        .join(Place, Place.id == Need.place_id)
        .join(Gathering, Gathering.id == Place.gathering_id)
        .where(
            attends(),
            Gathering.starts_at > span.since,
            Gathering.starts_at <= span.seen_at + timedelta(days=1),
        )
    )
    done, total = db.session.execute(query).one()
    return int(done or 0), int(total)
