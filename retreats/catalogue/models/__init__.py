"""The tables of the catalogue."""

from retreats.catalogue.models.gathering import (
    Gathering,
    Leader,
    PagePromise,
    Session,
    TicketType,
)
from retreats.catalogue.models.house import Facilitator, Series, Space, Terms, Venue

__all__ = [
    "Facilitator",
    "Gathering",
    "Leader",
    "PagePromise",
    "Series",
    "Session",
    "Space",
    "Terms",
    "TicketType",
    "Venue",
]
