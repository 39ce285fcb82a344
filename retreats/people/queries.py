"""One person's record: what they booked, where they have a place, what they lead, and the letters that went to them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from retreats import clock
from retreats.accounts import queries as accounts
from retreats.accounts import service
from retreats.accounts.models import Invitation, Person
from retreats.booking import queries as booking
from retreats.booking.models import Place, Registration
from retreats.catalogue import service as catalogue
from retreats.catalogue.models import Gathering
from retreats.catalogue.service import Leading
from retreats.db import db
from retreats.mail import queries as mail
from retreats.mail.models import Letter
from retreats.mail.service import NOBODYS
from retreats.refusals import NotFound

MOST_LETTERS = 50


def person_of(person_id: int) -> Person:
    """Somebody by their number. Raises NotFound, also for a record that is part of another one by now, or was erased."""
    found = db.session.get(Person, person_id)
    if found is None or found.merged_into_id is not None or found.email.endswith(NOBODYS):
        raise NotFound
    return found


@dataclass(frozen=True)
class Record:
    """What the house knows about somebody, without a word of what they said."""

    person: Person
    other_addresses: list[str]
    registrations: list[Registration]
    places: list[Place]
    """Where they have a place that somebody else booked."""
    leading: Leading
    invitations: list[Invitation]
    letters: list[Letter]
    alike: list[Person]
    has_second_factor: bool
    signed_in: int

    @property
    def named_ahead(self) -> list[Gathering]:
        """Gatherings that are not over and need them, as whoever leads or as the care contact."""
        return ahead([*self.leading.leads, *self.leading.cares_for])


def record(person: Person) -> Record:
    """The whole record."""
    registrations, places = booking.of_person(person.id), booking.places_of_person(person.id)
    return Record(
        person=person,
        other_addresses=accounts.other_addresses(person.id),
        registrations=registrations,
        places=[each for each in places if each.registration.booker_id != person.id],
        leading=catalogue.leading(person.id),
        invitations=accounts.invitations_of(person.id),
        letters=_letters(person, registrations, places),
        alike=accounts.called_alike(person),
        has_second_factor=service.second_factor_of(person.id).is_set_up,
        signed_in=len(accounts.running_sessions(person)),
    )


def ahead(gatherings: list[Gathering]) -> list[Gathering]:
    """Those of these gatherings that are neither over nor cancelled."""
    now = clock.now()
    return [
        each
        for each in gatherings
        if each.state not in {"over", "cancelled"} and (each.ends_at is None or each.ends_at > now)
    ]


def booked_by_each(person_ids: list[int]) -> dict[int, int]:
    """How many bookings each of these people made; those without any are left out."""
    found = db.session.execute(
        select(Registration.booker_id, func.count())
        .where(Registration.booker_id.in_(person_ids))
        .group_by(Registration.booker_id)
    )
    return {person_id: int(count) for person_id, count in found}


def _letters(person: Person, registrations: list[Registration], places: list[Place]) -> list[Letter]:
    """The latest letters. Those of the loop are left out: which of them somebody got is nobody else's business."""
    shelves = (
        f"person:{person.id}",
        *(f"registration:{each.id}" for each in registrations),
        *(f"place:{each.id}" for each in places),
    )
    return [
        each
        for each in mail.on_shelf(*shelves)
        if not each.kind.startswith(("feedback.", "practices.", "conversation."))
    ][:MOST_LETTERS]
