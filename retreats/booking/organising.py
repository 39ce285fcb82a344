"""What organisers and facilitators see of the bookings of one gathering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, and_, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from retreats.booking.models import TAKING, BulkAction, HouseNote, LedgerEntry, Place, Registration, WaitingEntry
from retreats.catalogue import queries as catalogue
from retreats.catalogue.models import Gathering, Leader
from retreats.db import db
from retreats.folding import fold
from retreats.outbox.models import Event
from retreats.refusals import NotFound


@dataclass(frozen=True)
class Sums:
    """The money of one gathering, in minor units: what was agreed by those who have a place, and what moved."""

    agreed: int
    captured: int
    refunded: int
    lost: int

    @property
    def held(self) -> int:
        """What the house holds."""
        return self.captured - self.refunded - self.lost

    @property
    def owed(self) -> int:
        """What is still to come in."""
        return max(self.agreed - self.held, 0)


def registration_in(slug: str, reference: str) -> Registration:
    """One registration of this gathering. Raises NotFound, also when it belongs to another."""
    found = db.session.scalar(
        select(Registration)
        .join(Gathering)
        .where(Gathering.slug == slug, Registration.reference == reference)
        .options(
            joinedload(Registration.booker),
            joinedload(Registration.gathering),
            selectinload(Registration.places).joinedload(Place.ticket_type),
            selectinload(Registration.ledger),
        )
    )
    if found is None:
        raise NotFound
    return found


def sums_of(gathering_id: int) -> Sums:
    """The money of one gathering, from its ledger."""
    moved = {kind: int(amount) for kind, amount in db.session.execute(
        select(LedgerEntry.kind, func.sum(LedgerEntry.amount_minor))
        .join(Registration)
        .where(Registration.gathering_id == gathering_id)
        .group_by(LedgerEntry.kind)
    )}  # fmt: skip
    agreed = db.session.scalar(
        select(func.coalesce(func.sum(Place.price_minor), 0)).where(
            Place.gathering_id == gathering_id, Place.state.in_(("held", "confirmed"))
        )
    )
    returned = moved.get("returned", 0)
    return Sums(int(agreed or 0), moved.get("captured", 0), -moved.get("refunded", 0) - returned, -moved.get("lost", 0))


def waiting_for(gathering_id: int) -> list[WaitingEntry]:
    """Who waits for a place, in the order in which they came."""
    return list(
        db.session.scalars(
            select(WaitingEntry)
            .where(WaitingEntry.gathering_id == gathering_id, WaitingEntry.left_at.is_(None))
            .order_by(WaitingEntry.joined_at, WaitingEntry.id)
        )
    )


def attending(gathering_id: int) -> list[Place]:
    """Everybody with a confirmed place, by name, without anything that they answered."""
    return sorted(
        db.session.scalars(
            select(Place)
            .where(Place.gathering_id == gathering_id, Place.state == "confirmed")
            .options(
                joinedload(Place.ticket_type),
                joinedload(Place.registration).joinedload(Registration.booker),
                joinedload(Place.registration).selectinload(Registration.places),
                joinedload(Place.registration).selectinload(Registration.ledger),
            )
        ),
        key=lambda place: (fold(place.called) or "", place.id),
    )


def history(registration_id: int) -> Sequence[Event]:
    """What happened to a registration, in order: the event rows themselves."""
    return db.session.scalars(
        select(Event).where(Event.registration_id == registration_id).order_by(Event.position)
    ).all()


def bulk_action(bulk_id: int) -> BulkAction:
    """What was asked for, for many registrations at once. Raises NotFound."""
    found = db.session.get(BulkAction, bulk_id)
    if found is None:
        raise NotFound
    return found


def notes_of(registration_id: int) -> list[HouseNote]:
    """What organisers keep in mind about it, the oldest first, with who wrote it."""
    return list(
        db.session.scalars(
            select(HouseNote)
            .where(HouseNote.registration_id == registration_id)
            .options(joinedload(HouseNote.written_by))
            .order_by(HouseNote.written_at, HouseNote.id)
        )
    )


def led_by(slug: str, person_id: int) -> Gathering:
    """The gathering with this slug, if this person leads it; a draft too. Raises NotFound otherwise."""
    found = db.session.scalar(
        select(Gathering)
        .where(Gathering.slug == slug, catalogue.led_by_them(person_id))
        .options(joinedload(Gathering.venue), selectinload(Gathering.leaders).joinedload(Leader.facilitator))
    )
    if found is None:
        raise NotFound
    return found


def count_waiting(gathering_ids: list[int]) -> dict[int, int]:
    """How many people want a place in each of these gatherings; those without a waiting list are left out."""
    found = db.session.execute(
        select(WaitingEntry.gathering_id, func.sum(WaitingEntry.party))
        .where(WaitingEntry.gathering_id.in_(gathering_ids), WaitingEntry.left_at.is_(None))
        .group_by(WaitingEntry.gathering_id)
    )
    return {gathering_id: int(count) for gathering_id, count in found}


def not_paid_yet(now: datetime) -> list[Registration]:
    """Registrations with places for which money is still to come, the first to lapse first.

    They are held, or were confirmed knowingly before they were paid.
    """
    kept = and_(Registration.state == "held", or_(Registration.hold_until.is_(None), Registration.hold_until > now))
    knowingly = and_(Registration.state == "confirmed", Registration.pays_by.is_not(None), costs() > came_in())
    return list(
        db.session.scalars(
            select(Registration)
            .where(or_(kept, knowingly))
            .options(
                joinedload(Registration.booker),
                joinedload(Registration.gathering),
                selectinload(Registration.places),
                selectinload(Registration.ledger),
            )
            .order_by(Registration.hold_until.is_(None), Registration.hold_until, Registration.id)
        )
    )


def costs() -> ScalarSelect[int]:
    """The price of a registration's places that are taken, and what was promised back for others."""
    price = case((Place.state.in_(TAKING), Place.price_minor), else_=Place.refund_minor)
    places = select(func.coalesce(func.sum(price), 0))
    return places.where(Place.registration_id == Registration.id).scalar_subquery()


def came_in() -> ScalarSelect[int]:
    """What came in for a registration and was not lost (`service.paid` without what was promised back)."""
    entries = select(func.coalesce(func.sum(LedgerEntry.amount_minor), 0))
    return entries.where(
        LedgerEntry.registration_id == Registration.id, LedgerEntry.kind.in_(("captured", "lost"))
    ).scalar_subquery()
