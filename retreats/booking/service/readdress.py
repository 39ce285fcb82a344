"""An address was wrong: the booking or the place goes to the person with the right one.

Nobody's own record is changed (docs/decisions/addresses.md): the booking moves to another person, every link sent
before opens nothing any more, and the entry leaves the calendar in which it stood.
"""

from __future__ import annotations

from sqlalchemy import select

from retreats import clock
from retreats.accounts import service as accounts
from retreats.booking.models import TAKING, Place, Registration
from retreats.booking.service.register import AlreadyBooked
from retreats.db import db
from retreats.events import BookerReaddressed, PlaceReaddressed
from retreats.mail import service as mail
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal


class ChangedMeanwhile(Refusal):
    """Somebody else corrected this after the form was opened; `stands` is what stands now."""

    code = "changed_meanwhile"

    def __init__(self, stands: str = "") -> None:
        super().__init__()
        self.stands = stands


def readdress_booker(registration_id: int, email: str, *, was: str) -> None:
    """From now on the booking is its owner's at this address, with their own place if they come themselves.

    The same address again changes nothing. Raises AlreadyBooked when somebody with that address has a place here,
    ChangedMeanwhile when it is not the one that the form showed.
    """
    registration = db.session.get_one(Registration, registration_id, with_for_update=True)
    former, own, address = registration.booker, registration.own_place, accounts.normalised(email)
    if not _differs(former.email, address, was):
        return
    name = own.name if own else former.name
    registration.booker = accounts.recognise(name=name, email=address, language=registration.language)
    registration.generation += 1
    was_there = not mail.put_aside(f"registration:{registration.id}")
    emit(BookerReaddressed(registration_id=registration.id, gathering_id=registration.gathering_id,
                           former_id=former.id if own is None and was_there else 0))  # fmt: skip
    if own is not None:
        _move(own, address, registration.booker.id, former_id=former.id if was_there else 0)


def readdress_place(registration_id: int, place_id: int, email: str, *, was: str) -> None:
    """From now on this attendee is reached at this address; without one, through the booker.

    Raises as `readdress_booker` does, and NotFound for the booker's own place or one of another registration.
    """
    registration = db.session.get_one(Registration, registration_id, with_for_update=True)
    place = next((each for each in registration.places if each.id == place_id), None)
    if place is None or place is registration.own_place:
        raise NotFound
    address = accounts.normalised(email)
    if not _differs(place.email or "", address, was):
        return
    former_id = place.person_id or 0
    if mail.put_aside(f"place:{place.id}"):
        former_id = 0
    person = accounts.recognise(name=place.name, email=address, language=place.language) if address else None
    _move(place, address or None, person.id if person else None, former_id=former_id)


def _differs(stands: str, wanted: str, was: str) -> bool:
    if stands == wanted:
        return False
    if stands != accounts.normalised(was):
        raise ChangedMeanwhile(stands)
    return True


def _move(place: Place, address: str | None, person_id: int | None, *, former_id: int) -> None:
    """Another address, other links, and the calendars' numbers: one for leaving the old, one for entering the new."""
    _refuse_if_taken(place, address)
    left = 0
    if place.state == "confirmed":
        if place.email is not None:
            place.sequence += 1
            left = place.sequence
        place.sequence += 1 if address else 0
    place.email, place.person_id, place.changed_at = address, person_id, clock.now()
    place.generation += 1
    emit(PlaceReaddressed(place_id=place.id, registration_id=place.registration_id, gathering_id=place.gathering_id,
                          former_id=former_id, left_sequence=left))  # fmt: skip


def _refuse_if_taken(place: Place, address: str | None) -> None:
    if place.state not in TAKING or address is None:
        return
    other = db.session.scalar(
        select(Place).where(
            Place.gathering_id == place.gathering_id,
            Place.email == address,
            Place.state.in_(TAKING),
            Place.id != place.id,
        )
    )
    if other is not None:
        raise AlreadyBooked(other.registration_id, address)
