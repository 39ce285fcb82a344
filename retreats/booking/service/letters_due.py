"""Which letters follow from what happened to a booking. Reactions: each is harmless when it comes twice."""

from __future__ import annotations

from typing import Any

from retreats.booking.models import Place, Registration, WaitingEntry
from retreats.db import db
from retreats.events import (
    BookingLinkAsked,
    HoldLapsed,
    PlaceCancelled,
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
    own = next((place for place in registration.places if place.email == registration.booker.email), None)
    _to_booker("booking.confirmation", registration, sequence=own.sequence if own else 0)
    for place in registration.places:
        if place.email and place is not own and place.state == "confirmed":
            _to_attendee("booking.place_confirmation", place)


def held(event: RegistrationHeld) -> None:
    """Where to pay, and until when: for whoever has not paid after some minutes."""
    registration = db.session.get_one(Registration, event.registration_id)
    if registration.state == "held" and not registration.awaits_bank:
        _to_booker("booking.held", registration)


def lapsed(event: HoldLapsed) -> None:
    """Nothing was charged."""
    _to_booker("booking.lapsed", db.session.get_one(Registration, event.registration_id))


def link_asked(event: BookingLinkAsked) -> None:
    """The link once more."""
    _to_booker("booking.link_again", db.session.get_one(Registration, event.registration_id), occasion=occurrence())


def cancelled(event: PlaceCancelled) -> None:
    """To the booker, and to the attendee where that is somebody else with an address."""
    place = db.session.get_one(Place, event.place_id)
    registration = place.registration
    _to_booker("booking.cancellation", registration, occasion=f"{place.id}:{place.sequence}", place_id=place.id,
               sequence=place.sequence, refund_minor=event.refund_minor, by_house=event.by_house)  # fmt: skip
    if place.email and place.email != registration.booker.email:
        _to_attendee("booking.place_cancellation", place, by_house=event.by_house)


def moved(place: Place) -> None:
    """When or where is different now: to whoever's calendar it stands in."""
    registration = place.registration
    if place.email == registration.booker.email or not place.email:
        _to_booker("booking.moved", registration, occasion=f"{place.id}:{place.sequence}", place_id=place.id,
                   sequence=place.sequence)  # fmt: skip
    else:
        _to_attendee("booking.place_moved", place)


def unavailable(event: PlaceUnavailable) -> None:
    """An apology."""
    _to_booker("booking.place_unavailable", db.session.get_one(Registration, event.registration_id))


def joined(event: WaitingListJoined) -> None:
    """You are on the list."""
    entry = db.session.get_one(WaitingEntry, event.entry_id)
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


def _to_attendee(kind: str, place: Place, **about: Any) -> None:
    mail.write(
        kind,
        occasion=f"{place.id}:{place.sequence}",
        shelf=f"place:{place.id}",
        language=place.language,
        about={
            "registration_id": place.registration_id,
            "place_id": place.id,
            "sequence": place.sequence,
            **about,
        },
    )
