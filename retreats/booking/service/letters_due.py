"""Which letters follow from what happened to a booking. Reactions: each is harmless when it comes twice."""

from __future__ import annotations

from typing import Any

from retreats.accounts.models import Person
from retreats.booking.models import Place, Registration, WaitingEntry
from retreats.db import db
from retreats.events import (
    BookedByHouse,
    BookerReaddressed,
    BookingLinkAsked,
    EntryReworded,
    HoldExtended,
    HoldLapsed,
    PlaceCancelled,
    PlaceReaddressed,
    PlaceUnavailable,
    RegistrationConfirmed,
    RegistrationHeld,
    WaitingListJoined,
)
from retreats.mail import service as mail
from retreats.outbox import occurrence


def confirmed(event: RegistrationConfirmed) -> None:
    """The booker's confirmation, and one to each attendee with an address of their own."""
    registration = db.session.get_one(Registration, event.registration_id)
    own = registration.own_place
    _to_booker("booking.confirmation", registration, sequence=own.sequence if own else 0)
    for place in registration.places:
        if place.email and place is not own and place.state == "confirmed":
            _to_attendee("booking.place_confirmation", place)


def held(event: RegistrationHeld | BookedByHouse) -> None:
    """Where to pay, and until when: for whoever has not paid after some minutes, or could not see it on a page."""
    registration = db.session.get_one(Registration, event.registration_id)
    if registration.state == "held" and not registration.awaits_bank:
        _to_booker("booking.held", registration)


def hold_extended(event: HoldExtended) -> None:
    """The same, with the new day."""
    registration = db.session.get_one(Registration, event.registration_id)
    if registration.state == "held" and not registration.awaits_bank:
        _to_booker("booking.held", registration, occasion=f"until:{event.until}")


def lapsed(event: HoldLapsed) -> None:
    """Nothing was charged."""
    _to_booker("booking.lapsed", db.session.get_one(Registration, event.registration_id))


def link_asked(event: BookingLinkAsked) -> None:
    """The link once more."""
    registration = db.session.get_one(Registration, event.registration_id)
    _to_booker("booking.link_again", registration, occasion=occurrence(), by_house=event.by_house)


def booker_readdressed(event: BookerReaddressed) -> None:
    """To the right address: the booking; to the one before: nothing more comes."""
    registration = db.session.get_one(Registration, event.registration_id)
    own = registration.own_place
    _to_booker("booking.readdressed", registration, occasion=str(registration.generation),
               sequence=own.sequence if own else 0)  # fmt: skip
    if event.former_id:
        _to_former(event.former_id, registration, occasion=str(registration.generation), left_sequence=0)


def place_readdressed(event: PlaceReaddressed) -> None:
    """To the right address: the place and its invite; to the one before: nothing more comes, with CANCEL."""
    place = db.session.get_one(Place, event.place_id)
    registration = place.registration
    if place.email and place.state == "confirmed" and place is not registration.own_place:
        _to_attendee("booking.place_readdressed", place)
    if event.former_id:
        _to_former(event.former_id, registration, occasion=f"{place.id}:{place.generation}", place_id=place.id,
                   left_sequence=event.left_sequence)  # fmt: skip


def cancelled(event: PlaceCancelled) -> None:
    """To the booker, and to the attendee where that is somebody else with an address."""
    place = db.session.get_one(Place, event.place_id)
    registration = place.registration
    _to_booker("booking.cancellation", registration, occasion=f"{place.id}:{place.sequence}", place_id=place.id,
               sequence=place.sequence, refund_minor=event.refund_minor, by_house=event.by_house,
               refund=event.refund)  # fmt: skip
    if place.email and place.email != registration.booker.email:
        _to_attendee("booking.place_cancellation", place, by_house=event.by_house)


def moved(place: Place) -> None:
    """When or where is different now: to whoever's calendar it stands in."""
    _to_holder("moved", place)


def postponed(place: Place) -> None:
    """The date does not hold, and there is no new one yet: to the same."""
    _to_holder("postponed", place)


def entry_reworded(event: EntryReworded) -> None:
    """The entry as it is worded now: to whoever's calendar it stands in, at their own address."""
    place = db.session.get_one(Place, event.place_id)
    if place.state == "confirmed" and place.email and place.gathering.starts_at is not None:
        _to_attendee("booking.entry", place)


def promise_changed(registration: Registration, version: int) -> None:
    """The page promises something else: to the booker, and to each attendee with an address of their own."""
    _to_booker("booking.promise_changed", registration, occasion=f"promise:{version}", promise_version=version)
    for place in registration.places:
        if place.email and place.email != registration.booker.email and place.state == "confirmed":
            _to_attendee("booking.place_promise_changed", place, occasion=f"promise:{version}", promise_version=version)


def _to_holder(kind: str, place: Place) -> None:
    registration = place.registration
    if place.email == registration.booker.email or not place.email:
        _to_booker(f"booking.{kind}", registration, occasion=f"{place.id}:{place.sequence}", place_id=place.id,
                   sequence=place.sequence)  # fmt: skip
    else:
        _to_attendee(f"booking.place_{kind}", place)


def unavailable(event: PlaceUnavailable) -> None:
    """An apology."""
    _to_booker("booking.place_unavailable", db.session.get_one(Registration, event.registration_id))


def joined(event: WaitingListJoined) -> None:
    """You are on the list."""
    entry = db.session.get(WaitingEntry, event.entry_id)
    if entry is None:
        return  # they were erased meanwhile
    mail.write("booking.waiting", occasion=f"{entry.id}:{entry.joined_at.timestamp():.0f}", shelf=f"waiting:{entry.id}",
               language=entry.language, about={"entry_id": entry.id})  # fmt: skip


def _to_booker(kind: str, registration: Registration, *, occasion: str = "", **about: Any) -> None:
    mail.write(
        kind,
        occasion=f"{registration.id}:{occasion}",
        shelf=f"registration:{registration.id}",
        language=registration.language,
        about={"registration_id": registration.id, **about},
    )


def _to_former(person_id: int, registration: Registration, *, occasion: str, **about: Any) -> None:
    person = db.session.get(Person, person_id)
    if person is not None:
        mail.write(
            "booking.left",
            occasion=f"{registration.id}:{occasion}",
            shelf=f"person:{person.id}",
            language=person.language,
            about={"registration_id": registration.id, "former_id": person.id, **about},
        )


def _to_attendee(kind: str, place: Place, *, occasion: str = "", **about: Any) -> None:
    mail.write(
        kind,
        occasion=f"{place.id}:{occasion or place.sequence}",
        shelf=f"place:{place.id}",
        language=place.language,
        about={
            "registration_id": place.registration_id,
            "place_id": place.id,
            "sequence": place.sequence,
            **about,
        },
    )
