"""Changes to the lists of a gathering: kinds of places with their prices, and the programme."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import inspect

from retreats.catalogue.models import Gathering, Session, Space, TicketType
from retreats.catalogue.service.changes import Change, EndsBeforeStart, put
from retreats.db import Localised, db, new_id
from retreats.house.queries import current
from retreats.refusals import NotFound, Refusal


class FewerThanTaken(Refusal):
    """More places are taken than there would be; nobody is silently dropped. `taken` says how many."""

    code = "fewer_than_taken"
    status = 422

    def __init__(self, taken: int, ticket_type_id: int | None = None) -> None:
        super().__init__()
        self.taken, self.ticket_type_id = taken, ticket_type_id


class TicketInUse(Refusal):
    """Somebody booked this kind of place; it can be closed (no places), not deleted."""

    code = "ticket_in_use"
    status = 422

    def __init__(self, ticket_type_id: int) -> None:
        super().__init__()
        self.ticket_type_id = ticket_type_id


@dataclass(frozen=True, kw_only=True)
class TicketRow:
    """One kind of place. `id` None is a new one; `places` None is as many as there are; price in minor units."""

    id: int | None
    name: Localised
    note: Localised
    price_minor: int
    places: int | None


@dataclass(frozen=True, kw_only=True)
class Places(Change):
    """How many can come, what it costs, and what is given back when somebody cancels.

    A changed price holds for bookings from now on: what was agreed before stays as it was.
    """

    part = "places"
    capacity: int
    rows: list[TicketRow]
    removed: set[int] = field(default_factory=set)
    tiers: list[dict[str, Any]]

    def apply(self, gathering: Gathering) -> None:
        """Write it. Raises FewerThanTaken, TicketInUse, or NotFound for a ticket type of another gathering."""
        db.session.refresh(gathering, ["taken"])
        if self.capacity < gathering.taken:
            raise FewerThanTaken(gathering.taken)
        put(gathering, "capacity", self.capacity)
        put(gathering, "refund_tiers", self.tiers)
        known = {ticket.id: ticket for ticket in gathering.ticket_types}
        if not (self.removed | {row.id for row in self.rows if row.id}) <= known.keys():
            raise NotFound
        for ticket in [known[each] for each in self.removed]:
            if ticket.taken:
                raise TicketInUse(ticket.id)
            gathering.ticket_types.remove(ticket)
        for position, row in enumerate(self.rows):
            self._write(gathering, known.get(row.id or 0), row, position)

    def clash(self) -> Refusal:
        """A place that was cancelled or lapsed still points to what was to be deleted."""
        return TicketInUse(min(self.removed, default=0))

    def _write(self, gathering: Gathering, ticket: TicketType | None, row: TicketRow, position: int) -> None:
        if ticket is None:
            ticket = TicketType(id=new_id(), name=row.name, price_minor=row.price_minor, taken=0,
                                currency=currency_of(gathering))  # fmt: skip
            gathering.ticket_types.append(ticket)
        elif row.places is not None and row.places < ticket.taken:
            raise FewerThanTaken(ticket.taken, ticket.id)
        values = {"name": row.name, "note": row.note, "price_minor": row.price_minor, "capacity": row.places,
                  "position": position}  # fmt: skip
        for name, value in values.items():
            put(ticket, name, value)


def currency_of(gathering: Gathering) -> str:
    """In which a gathering is priced: one and the same for all its kinds of places; the house's for the first."""
    return next((ticket.currency for ticket in gathering.ticket_types), current().currency)


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    """One block of the programme. `id` None is a new one."""

    id: int | None
    title: Localised
    note: Localised
    starts_at: datetime
    ends_at: datetime
    space_id: int | None


@dataclass(frozen=True, kw_only=True)
class Programme(Change):
    """The whole programme: blocks that are not in `rows` are deleted."""

    part = "programme"
    rows: list[SessionRow]

    def apply(self, gathering: Gathering) -> None:
        """Write it. Raises EndsBeforeStart, or NotFound for a block or a space of elsewhere."""
        known = {session.id: session for session in gathering.sessions}
        if not {row.id for row in self.rows if row.id} <= known.keys():
            raise NotFound
        for row in self.rows:
            if row.ends_at <= row.starts_at:
                raise EndsBeforeStart
            space = db.session.get(Space, row.space_id) if row.space_id else None
            if row.space_id and (space is None or space.venue_id != gathering.venue_id):
                raise NotFound
        kept = [self._written(known.get(row.id or 0), row) for row in self.rows]
        for session in [each for each in gathering.sessions if each not in kept]:
            gathering.sessions.remove(session)
        gathering.sessions.extend(each for each in kept if inspect(each).transient)

    def _written(self, session: Session | None, row: SessionRow) -> Session:
        if session is None:
            session = Session(id=new_id(), title=row.title, starts_at=row.starts_at, ends_at=row.ends_at)
        for name in ("title", "note", "starts_at", "ends_at", "space_id"):
            put(session, name, getattr(row, name))
        return session
