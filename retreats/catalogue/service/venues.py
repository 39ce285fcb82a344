"""Venues and their spaces. Whoever booked at a venue is told when it is called or lies otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from retreats.catalogue.models import Gathering, Space, Venue
from retreats.catalogue.service.changes import EditedMeanwhile, put
from retreats.catalogue.service.edit import free_slug
from retreats.catalogue.service.entries import follow, marks
from retreats.db import Localised, db, new_id
from retreats.events import GatheringChanged, VenueChanged
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal

_WHERE = ("name", "area", "address")
"""What stands in people's calendars: another of these is a move."""
_SAID = (*_WHERE, "map_url", "zone", "getting_there", "at_the_door", "access", "access_facts")


class SpaceInUse(Refusal):
    """Some part of a programme takes place there; it cannot be taken away."""

    code = "space_in_use"
    status = 422


@dataclass(frozen=True, kw_only=True)
class SpaceRow:
    """One space. `id` None is a new one; `capacity` None where nobody knows."""

    id: int | None
    name: str
    capacity: int | None


@dataclass(frozen=True, kw_only=True)
class VenueFacts:
    """All that is said of a venue, in plain values. Spaces that are not in `spaces` are deleted."""

    name: str
    area: str
    address: str
    map_url: str
    zone: str
    getting_there: Localised
    at_the_door: Localised
    access: Localised
    access_facts: dict[str, str]
    spaces: list[SpaceRow] = field(default_factory=list)


def found_venue(facts: VenueFacts) -> Venue:
    """A new venue, to be chosen for gatherings from now on."""
    slug = free_slug({"en": facts.name}, Venue.slug, or_else="venue")
    venue = Venue(id=new_id(), slug=slug, moves=0, **{name: getattr(facts, name) for name in _SAID})
    venue.spaces = [Space(id=new_id(), name=row.name, capacity=row.capacity) for row in facts.spaces]
    db.session.add(venue)
    emit(VenueChanged(venue_id=venue.id))
    return venue


def change_venue(venue_id: int, facts: VenueFacts, *, still: Callable[[Venue], bool]) -> Venue:
    """Write what is said of it now. Another name, area or address is a move for every gathering that takes place there.

    Saved unchanged it leaves no trace. Raises EditedMeanwhile, SpaceInUse, or NotFound for a space of elsewhere.
    """
    session = db.session()
    venue = session.get_one(Venue, venue_id, with_for_update=True, populate_existing=True)
    if not still(venue):
        raise EditedMeanwhile
    there = _gatherings_at(venue_id)
    before = [marks(each) for each in there]
    with session.no_autoflush:
        _write(venue, facts)
        touched = session.new or session.deleted or any(session.is_modified(each) for each in session.dirty)
    if touched:
        emit(VenueChanged(venue_id=venue.id))
        for gathering, mark in zip(there, before, strict=True):
            gathering.version += 1
            follow(gathering, mark)
            if gathering.state in {"published", "running"}:
                emit(GatheringChanged(gathering_id=gathering.id, part="venue"))
        _flush()
    return venue


def _gatherings_at(venue_id: int) -> list[Gathering]:
    query = select(Gathering).where(Gathering.venue_id == venue_id).order_by(Gathering.id)
    return list(db.session.scalars(query.with_for_update(of=Gathering)))


def _write(venue: Venue, facts: VenueFacts) -> None:
    if any(getattr(venue, name) != getattr(facts, name) for name in _WHERE):
        venue.moves += 1
    if venue.address != facts.address:  # they said where the old address is
        put(venue, "latitude", None)
        put(venue, "longitude", None)
    for name in _SAID:
        put(venue, name, getattr(facts, name))
    known = {space.id: space for space in venue.spaces}
    if not {row.id for row in facts.spaces if row.id} <= known.keys():
        raise NotFound
    kept = [_space(known.get(row.id or 0), row) for row in facts.spaces]
    for space in [each for each in venue.spaces if each not in kept]:
        venue.spaces.remove(space)
        db.session.delete(space)
    venue.spaces.extend(each for each in kept if inspect(each).transient)


def _space(space: Space | None, row: SpaceRow) -> Space:
    if space is None:
        return Space(id=new_id(), name=row.name, capacity=row.capacity)
    put(space, "name", row.name)
    put(space, "capacity", row.capacity)
    return space


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        raise SpaceInUse from error
