"""Venues as organisers keep them, with their spaces and what takes place there."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from retreats.catalogue.models import Gathering, Venue
from retreats.db import db
from retreats.refusals import NotFound


def venues() -> list[Venue]:
    """Every venue, by name."""
    return list(db.session.scalars(select(Venue).order_by(Venue.name)))


def venues_with_spaces() -> list[Venue]:
    """Every venue, by name, with its spaces and its picture."""
    query = select(Venue).options(selectinload(Venue.spaces), joinedload(Venue.picture)).order_by(Venue.name, Venue.id)
    return list(db.session.scalars(query))


def venue(slug: str) -> Venue:
    """One of them. Raises NotFound."""
    found = db.session.scalar(select(Venue).where(Venue.slug == slug).options(joinedload(Venue.picture)))
    if found is None:
        raise NotFound
    return found


def coming_at(venue_id: int) -> list[Gathering]:
    """What takes place at a venue and is not over yet, drafts too, soonest first."""
    living = Gathering.state.in_(("draft", "published", "running"))
    query = select(Gathering).where(Gathering.venue_id == venue_id, Gathering.mode != "online", living)
    return list(db.session.scalars(query.order_by(Gathering.starts_at, Gathering.id)))
