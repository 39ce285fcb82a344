"""Who reads a letter: one for each address, at the moment of asking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from retreats.booking import organising
from retreats.booking.models import Place, Registration, WaitingEntry
from retreats.booking.queries import not_missed
from retreats.db import db


@dataclass(frozen=True)
class Reader:
    """Somebody who gets one letter. `shelf` is where it will stand, and keeps their letters in order."""

    shelf: str
    name: str
    address: str
    language: str
    about: dict[str, int]
    """The ids from which the letter is composed."""
    also: tuple[int, ...] = ()
    """Places of people without an address of their own, who are reached through this reader."""


def readers_of(gathering_id: int, audience: str, ticket_type_id: int | None = None) -> list[Reader]:
    """Everybody in this audience, by name. Two statements at most, however many they are."""
    if audience == "waiting":
        return [_waiting(each) for each in organising.waiting_for(gathering_id)]
    query = with_a_place(audience, ticket_type_id).where(Place.gathering_id == gathering_id)
    return one_for_each_address(db.session.scalars(query))


def with_a_place(audience: str, ticket_type_id: int | None = None) -> Select[Place]:
    """The places of an audience, with who booked them."""
    query = (
        select(Place)
        .where(Place.state == "confirmed")
        .options(joinedload(Place.registration).joinedload(Registration.booker))
        .order_by(Place.name, Place.id)
    )
    if audience == "attended":
        query = query.where(not_missed())
    if audience == "missed":
        query = query.where(Place.presence == "missed")
    if audience == "ticket":
        query = query.where(Place.ticket_type_id == ticket_type_id)
    return query


def one_for_each_address(places: Iterable[Place]) -> list[Reader]:
    """Whoever has an address gets one letter; for others it goes to who booked, who may have a place as well."""
    found: dict[str, Reader] = {}
    places = list(places)
    for place in [each for each in places if each.email]:
        found.setdefault(place.email or "", _attendee(place))
    for place in [each for each in places if not each.email]:
        booker = place.registration.booker
        before = found.get(booker.email) or _booker(place.registration)
        found[booker.email] = Reader(before.shelf, before.name, before.address, before.language, before.about,
                                     (*before.also, place.id))  # fmt: skip
    return sorted(found.values(), key=lambda reader: (reader.name, reader.shelf))


def _attendee(place: Place) -> Reader:
    registration = place.registration
    is_own = place.email == registration.booker.email
    shelf = f"registration:{registration.id}" if is_own else f"place:{place.id}"
    return Reader(shelf, place.name, place.email or "", registration.language if is_own else place.language,
                  {"registration_id": registration.id, "place_id": place.id})  # fmt: skip


def _booker(registration: Registration) -> Reader:
    return Reader(f"registration:{registration.id}", registration.booker.name, registration.booker.email,
                  registration.language, {"registration_id": registration.id})  # fmt: skip


def _waiting(entry: WaitingEntry) -> Reader:
    return Reader(f"waiting:{entry.id}", entry.name, entry.email, entry.language, {"entry_id": entry.id})
