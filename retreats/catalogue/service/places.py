"""Taking places and giving them back: one conditional UPDATE decides, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Update, or_, update

from retreats.catalogue.models import Gathering, TicketType
from retreats.db import db
from retreats.refusals import Refusal


class GatheringFull(Refusal):
    """Fewer places are left than were asked for; nothing was taken."""

    code = "gathering_full"


class NotOpen(Refusal):
    """The gathering cannot be booked now: not published, outside its booking window, or begun."""

    code = "not_open"


def take(gathering_id: int, ticket_type_id: int, count: int, *, now: datetime) -> None:
    """Take `count` places of a gathering and of one of its ticket types, all or none.

    The gathering first and the ticket type second, everywhere, so that two bookings cannot wait for each other.
    Raises GatheringFull. Whether it is open at all is judged before, and once more here by the row itself.
    """
    gathering = update(Gathering).where(
        Gathering.id == gathering_id,
        Gathering.state == "published",
        Gathering.postponed_at.is_(None),
        Gathering.paused_at.is_(None),
        Gathering.starts_at > now,
        Gathering.taken + count <= Gathering.capacity,
    )
    ticket = update(TicketType).where(
        TicketType.id == ticket_type_id,
        TicketType.gathering_id == gathering_id,
        or_(TicketType.capacity.is_(None), TicketType.taken + count <= TicketType.capacity),
    )
    if not (_changed(gathering.values(taken=Gathering.taken + count))
            and _changed(ticket.values(taken=TicketType.taken + count))):  # fmt: skip
        raise GatheringFull


def give_back(gathering_id: int, ticket_type_id: int, count: int) -> None:
    """Free places again. The checks on the rows refuse to go below nothing."""
    if count == 0:
        return
    _changed(update(Gathering).where(Gathering.id == gathering_id).values(taken=Gathering.taken - count))
    _changed(update(TicketType).where(TicketType.id == ticket_type_id).values(taken=TicketType.taken - count))


def _changed(statement: Update) -> bool:
    done = db.session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", done).rowcount == 1  # cast: an UPDATE always gives a cursor
