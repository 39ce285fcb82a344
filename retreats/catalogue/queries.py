"""Reads of the catalogue that others need."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from retreats import clock
from retreats.catalogue.models import Gathering, Leader, PagePromise, Terms
from retreats.db import db
from retreats.refusals import NotFound

PUBLIC = ("published", "running", "over", "cancelled")


def published(slug: str) -> Gathering:
    """A gathering that the public may see, with all that its page shows. Raises NotFound (a draft is not there)."""
    found = db.session.scalar(
        select(Gathering)
        .where(Gathering.slug == slug, Gathering.state.in_(PUBLIC), Gathering.published_at.is_not(None))
        .options(
            joinedload(Gathering.venue),
            joinedload(Gathering.series),
            joinedload(Gathering.care_contact),
            selectinload(Gathering.ticket_types),
            selectinload(Gathering.sessions),
            selectinload(Gathering.leaders).joinedload(Leader.facilitator),
        )
    )
    if found is None:
        raise NotFound
    return found


def promise_of(gathering_id: int) -> PagePromise | None:
    """The page promise in force: its newest version."""
    return db.session.scalar(
        select(PagePromise).where(PagePromise.gathering_id == gathering_id).order_by(PagePromise.version.desc()).limit(1)
    )


def terms_in_force(now: datetime | None = None) -> Terms | None:
    """The terms of booking that hold today."""
    return db.session.scalar(
        select(Terms).where(Terms.valid_from <= (now or clock.now())).order_by(Terms.version.desc()).limit(1)
    )


def is_led_by(gathering: Gathering, person_id: int) -> bool:
    """Whether this person leads it."""
    return any(leader.facilitator.person_id == person_id for leader in gathering.leaders)
