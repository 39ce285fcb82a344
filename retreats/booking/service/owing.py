"""What the house holds for a registration and what is still owed, in minor units, from its places and its ledger."""

from __future__ import annotations

from retreats.booking.models import TAKING, Place, Registration


def balance(registration: Registration) -> int:
    """What the house holds for it."""
    return sum(entry.amount_minor for entry in registration.ledger)


def came_in(registration: Registration) -> int:
    """What was ever paid for it, whatever went back since."""
    return sum(entry.amount_minor for entry in registration.ledger if entry.kind == "captured")


def still_taken(registration: Registration) -> list[Place]:
    """Its places that are held or confirmed."""
    return [place for place in registration.places if place.state in TAKING]


def owed(registration: Registration) -> int:
    """What is still to come in for the places that are held or confirmed."""
    return max(sum(place.price_minor for place in still_taken(registration)) - balance(registration), 0)


def paid_too_much(registration: Registration) -> int:
    """What came in beyond the price of all places that were ever confirmed, whatever went back since; 0 or less: nothing."""
    return came_in(registration) - sum(place.price_minor for place in registration.places if place.confirmed_at)
