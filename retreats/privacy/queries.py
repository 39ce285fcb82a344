"""Erasures as their pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from retreats import clock, links
from retreats.accounts.models import Person
from retreats.booking.models import Place, Registration, WaitingEntry
from retreats.booking.queries import of_person
from retreats.booking.service import personal as booking
from retreats.booking.service import refund_quote
from retreats.db import db
from retreats.payments import queries as payments
from retreats.privacy.models import Erasure
from retreats.refusals import NotFound


@dataclass(frozen=True)
class GivenBack:
    """Places that an erasure would give back, and what goes back for them, in minor units."""

    registration: Registration
    places: list[Place]
    refund_minor: int
    is_own: bool
    """Whether the booking is theirs; otherwise what goes back goes to whoever paid."""


@dataclass(frozen=True)
class Outlook:
    """What an erasure would meet."""

    given_back: list[GivenBack]
    waiting: list[WaitingEntry]
    is_there_now: bool
    moving: str | None
    """`refund` or `dispute`, where money is not settled."""
    has_books: bool


def outlook(person: Person) -> Outlook:
    """What would happen to what is still open, were this person erased now."""
    now, booked = clock.now(), of_person(person.id)
    return Outlook(
        given_back=[
            GivenBack(registration, places, refund_quote(registration, places, now=now),
                      registration.booker_id == person.id)
            for registration, places in booking.coming(person.id).items()
        ],
        waiting=[each for each in booking.waiting_of(person.email) if each.left_at is None],
        is_there_now=booking.is_there_now(person.id),
        moving=payments.still_moving([each.id for each in booked]),
        has_books=any(each.ledger for each in booked),
    )  # fmt: skip


def erasure_of(person_id: int) -> Erasure | None:
    """The erasure this person asked for."""
    return db.session.scalar(select(Erasure).where(Erasure.person_id == person_id))


def erasure_path(erasure: Erasure) -> str:
    """Where one sees how far it is, without being signed in."""
    return f"/data/erasure/{erasure.id:x}?key={erasure_key(erasure)}"


def erasure_key(erasure: Erasure) -> str:
    """The key of that link."""
    return links.derive("erasure", erasure.id)


def by_own_link(reference: str, key: str) -> Erasure:
    """The erasure that this link opens. Raises NotFound, whatever is wrong."""
    try:
        found = db.session.get(Erasure, int(reference, 16)) if len(reference) <= 16 else None
    except ValueError as error:
        raise NotFound from error
    if found is None or not links.matches(key, "erasure", found.id):
        raise NotFound
    return found
