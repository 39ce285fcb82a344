"""The tables of the catalogue."""

from retreats.catalogue.models.gathering import (
    Gathering,
    Leader,
    PagePromise,
    Session,
    TicketType,
)
from retreats.catalogue.models.house import ACCESS, ACCESS_ANSWERS, Facilitator, Series, Space, Terms, Venue

__all__ = [
    "ACCESS",
    "ACCESS_ANSWERS",
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
