"""Who belongs to a gathering's loop: those who attended, those who lead, and its care contact."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from retreats.accounts.models import Person
from retreats.booking.models import Place, Registration
from retreats.booking.queries import attends
from retreats.catalogue import queries as catalogue
from retreats.catalogue.models import Gathering, Leader
from retreats.db import db
from retreats.refusals import NotFound


def attended(gathering_id: int) -> list[Place]:
    """The places of everybody who came, in no telling order (by random id), with whoever booked them."""
    query = (
        select(Place)
        .where(Place.gathering_id == gathering_id, attends())
        .options(joinedload(Place.registration).joinedload(Registration.booker))
        .order_by(Place.id)
    )
    return list(db.session.scalars(query))


def how_many_attended(gathering_id: int) -> int:
    """How many came."""
    return (
        db.session.scalar(select(func.count()).select_from(Place).where(Place.gathering_id == gathering_id, attends()))
        or 0
    )


def day_of_start(gathering_id: int) -> str:
    """Of which day a letter before the start speaks: where it is moved to another one, that day has a letter of its own."""
    start = db.session.scalar(select(Gathering.starts_at).where(Gathering.id == gathering_id))
    return f"{start:%Y-%m-%d}" if start is not None else ""


def leaders_of(gathering: Gathering) -> list[Person]:
    """The persons who lead it."""
    return [leader.facilitator.person for leader in gathering.leaders]


def led(slug: str, person_id: int) -> Gathering:
    """A published gathering that this person leads. Raises NotFound for anybody else's, as for one that never was."""
    found = db.session.scalar(
        select(Gathering)
        .where(Gathering.slug == slug, Gathering.published_at.is_not(None), catalogue.led_by_them(person_id))
        .options(selectinload(Gathering.leaders).joinedload(Leader.facilitator), joinedload(Gathering.care_contact))
    )
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Reached:
    """How an attendee is reached: at an address of their own, or through who booked for them."""

    name: str
    address: str
    through: str | None
    """The booker's name, where the letter goes through them."""


def reached(place: Place) -> Reached:
    """Where this attendee's letters go."""
    if place.email:
        return Reached(place.called, place.email, None)
    booker = place.registration.booker
    return Reached(place.name, booker.email, booker.name)
