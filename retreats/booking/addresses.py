"""Where a booking and a place are found: their own links."""

from __future__ import annotations

from flask import current_app

from retreats import links
from retreats.booking.models import Place, Registration


def registration_key(registration: Registration) -> str:
    """The key of the booker's own link."""
    return links.derive("registration", registration.id, registration.generation)


def place_key(place: Place) -> str:
    """The key of one attendee's own link."""
    return links.derive("place", place.id, place.generation)


def registration_path(registration: Registration) -> str:
    """The booker's page: pay, change, cancel, letters."""
    return f"/registrations/{registration.reference}?key={registration_key(registration)}"


def place_path(place: Place) -> str:
    """One attendee's page."""
    return f"/places/{place.reference}?key={place_key(place)}"


def pay_path(registration: Registration) -> str:
    """Where a hold is paid for."""
    return f"/pay/{registration.reference}?key={registration_key(registration)}"


def outward(path: str) -> str:
    """A path of ours as an address that works in a letter."""
    return f"{current_app.config['SITE_URL']}{path}"
