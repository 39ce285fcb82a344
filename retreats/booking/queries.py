"""Reads of bookings that others need."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from retreats import links
from retreats.booking.models import TAKING, Place, Registration, WaitingEntry
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.refusals import NotFound


def not_missed() -> ColumnElement[bool]:
    """Nobody has said that this attendee was not there."""
    return or_(Place.presence.is_(None), Place.presence != "missed")


def attends() -> ColumnElement[bool]:
    """A confirmed place counts as attended unless somebody marked it missed."""
    return (Place.state == "confirmed") & not_missed()


def by_own_link(reference: str, key: str) -> Registration:
    """The registration that this link opens, with its places. Raises NotFound, whatever is wrong."""
    named = select(Registration.id, Registration.generation).where(Registration.reference == reference)
    parts = db.session.execute(named).first()
    if parts is None or not links.matches(key, "registration", *parts):
        raise NotFound  # before anything else is read: that there is such a booking shows in no time that it takes
    return db.session.scalars(
        select(Registration)
        .where(Registration.id == parts.id)
        .options(
            joinedload(Registration.booker),
            joinedload(Registration.gathering).joinedload(Gathering.venue),
            selectinload(Registration.places).joinedload(Place.ticket_type),
            selectinload(Registration.ledger),
        )
    ).one()


def place_by_own_link(reference: str, key: str) -> Place:
    """The place that this link opens. Raises NotFound, whatever is wrong."""
    found = db.session.scalar(
        select(Place)
        .where(Place.reference == reference)
        .options(
            joinedload(Place.gathering).joinedload(Gathering.venue),
            joinedload(Place.ticket_type),
            joinedload(Place.registration),
        )
    )
    if found is None or not links.matches(key, "place", found.id, found.generation):
        raise NotFound
    return found


def by_form_key(form_key: str) -> Registration | None:
    """The registration that this form made, if it did."""
    return db.session.scalar(select(Registration).where(Registration.form_key == form_key))


def with_a_place(gathering_id: int) -> set[str]:
    """The addresses of everybody who has a place here."""
    found = db.session.scalars(
        select(Place.email).where(Place.gathering_id == gathering_id, Place.state.in_(TAKING), Place.email.is_not(None))
    )
    return {email for email in found if email}


def people_with_a_place(gathering_id: int) -> int:
    """How many places are confirmed: whoever is told when something changes."""
    query = select(func.count()).where(Place.gathering_id == gathering_id, Place.state == "confirmed")
    return db.session.scalar(query) or 0


def who_comes(gathering_id: int) -> list[Place]:
    """The confirmed places of a gathering, by name, with what their attendees answered."""
    return list(
        db.session.scalars(
            select(Place)
            .where(Place.gathering_id == gathering_id, Place.state == "confirmed")
            .options(joinedload(Place.ticket_type), joinedload(Place.registration), selectinload(Place.answers))
            .order_by(func.coalesce(Place.chosen_name, Place.name), Place.id)
        )
    )


def of_person(person_id: int) -> list[Registration]:
    """What this person booked, the latest first."""
    return list(
        db.session.scalars(
            select(Registration)
            .where(Registration.booker_id == person_id)
            .options(
                joinedload(Registration.gathering).options(joinedload(Gathering.venue), joinedload(Gathering.picture)),
                selectinload(Registration.places),
                selectinload(Registration.ledger),
            )
            .order_by(Registration.registered_at.desc(), Registration.id)
        )
    )


def places_of_person(person_id: int) -> list[Place]:
    """Where this person has a place of their own, whoever booked it, the latest first."""
    return list(
        db.session.scalars(
            select(Place)
            .where(Place.person_id == person_id)
            .options(
                joinedload(Place.gathering).options(joinedload(Gathering.venue), joinedload(Gathering.picture)),
                joinedload(Place.registration),
            )
            .order_by(Place.changed_at.desc(), Place.id)
        )
    )


def waiting_entries_of(email: str) -> list[int]:
    """The ids of the waiting lists' entries with this address, also of those who have left."""
    return list(db.session.scalars(select(WaitingEntry.id).where(WaitingEntry.email == email)))
