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


def paid(registration: Registration) -> int:
    """What came in and stays for the places that are left: without what a bank took back and what was promised back.

    Money given back although a place is kept (a goodwill) makes nobody a debtor: it is not taken off.
    """
    lost = sum(entry.amount_minor for entry in registration.ledger if entry.kind == "lost")
    return came_in(registration) + lost - sum(place.refund_minor for place in registration.places)


def owed(registration: Registration) -> int:
    """What is still to come in for the places that are held or confirmed."""
    return max(sum(place.price_minor for place in still_taken(registration)) - paid(registration), 0)


def paid_too_much(registration: Registration) -> int:
    """What came in beyond the price of all places that were ever confirmed, whatever went back since; 0 or less: nothing."""
    return came_in(registration) - sum(place.price_minor for place in registration.places if place.confirmed_at)


def due_back(registration: Registration) -> int:
    """What the house holds and may not keep: beyond the price of what is taken, and of what was cancelled after it was
    confirmed less what was promised back for it. What is on its way back already is not taken off.
    """
    return max(balance(registration) - _may_keep(registration), 0)


def _may_keep(registration: Registration) -> int:
    kept = (place for place in registration.places if place.state in TAKING or place.confirmed_at is not None)
    return sum(place.price_minor - place.refund_minor for place in kept)
