"""A gathering and what belongs to it: leaders, sessions, ticket types and the versions of its page promise."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.catalogue.models.house import Facilitator, Series, Space, Venue
from retreats.db import Base, Localised, id_column, new_id
from retreats.pictures.models import Picture

KINDS = ("retreat", "workshop", "training", "circle")
STATES = ("draft", "published", "running", "over", "cancelled")
MODES = ("in_person", "online", "both")
DEFAULT_TIERS: list[dict[str, Any]] = [
    {"days": 30, "percent": 100},
    {"days": 14, "percent": 50},
    {"days": 0, "percent": 0},
]


def _new_uid() -> str:
    """Of an entry in public calendars: made once, never from title, time or address; the host is that of the day it was made."""
    return f"ses-{new_id():x}@{urlsplit(current_app.config['SITE_URL']).hostname}"


class Gathering(Base):
    """What people book: one dated retreat, workshop, training or circle."""

    __tablename__ = "gathering"
    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= capacity", name="taken_within_capacity"),
        Index("ix_gathering_state_starts_at", "state", "starts_at"),
        Index("uq_gathering_uid", "uid", unique=True),
    )

    id: Mapped[int] = id_column()
    slug: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    version: Mapped[int] = mapped_column(default=1)
    """Raised by whatever changes its public page; the rendered page is kept under it."""
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), index=True)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"), index=True)
    mode: Mapped[str] = mapped_column(default="in_person")
    online_link: Mapped[str | None]
    languages: Mapped[list[str]] = mapped_column(default=list)
    title: Mapped[Localised] = mapped_column(default=dict)
    summary: Mapped[Localised] = mapped_column(default=dict)
    about: Mapped[Localised] = mapped_column(default=dict)
    """Markdown."""
    included: Mapped[Localised] = mapped_column(default=dict)
    not_included: Mapped[Localised] = mapped_column(default=dict)
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("picture.id"))
    """The photograph at its head, cut wide; without one it shows its own wall of tiles."""
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    starts_wall: Mapped[str | None]
    """The wall-clock time that was meant, `2027-06-12T18:00`, in `zone`; so is `ends_wall`."""
    ends_wall: Mapped[str | None]
    zone: Mapped[str] = mapped_column(default="Europe/Lisbon")
    capacity: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(default=0)
    """Places held, offered or confirmed: the counter that decides."""
    booking_opens_at: Mapped[datetime | None]
    booking_closes_at: Mapped[datetime | None]
    care_contact_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    refund_tiers: Mapped[list[dict[str, Any]]] = mapped_column(default=lambda: [dict(tier) for tier in DEFAULT_TIERS])
    """What is given back by days before the start, most days first: [{"days": 30, "percent": 100}, …]."""
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_because: Mapped[Localised] = mapped_column(default=dict)
    postponed_at: Mapped[datetime | None]
    """Since when it waits for a new date: it stays published and is not bookable, and its old time stands for nothing."""
    postponed_because: Mapped[Localised] = mapped_column(default=dict)
    paused_at: Mapped[datetime | None]
    """Since when nobody can book, because it has no care contact who is there and does not lead it."""
    unlisted: Mapped[bool] = mapped_column(default=False)
    """Its page is there for whoever has the address, and stands in no list, calendar or map."""
    uid: Mapped[str] = mapped_column(default=_new_uid)
    sequence: Mapped[int] = mapped_column(default=0)
    """SEQUENCE of its entry in public calendars (RFC 5546, 2.1.4): raised by each change of time, place or state."""
    changed_at: Mapped[datetime | None]
    """When what calendars and readers of news show of it last changed; None: not since it was published."""

    series: Mapped[Series | None] = relationship()
    venue: Mapped[Venue | None] = relationship()
    picture: Mapped[Picture | None] = relationship()
    care_contact: Mapped[Person | None] = relationship()
    leaders: Mapped[list[Leader]] = relationship(
        back_populates="gathering", order_by="Leader.position", cascade="all, delete-orphan"
    )
    sessions: Mapped[list[Session]] = relationship(
        back_populates="gathering", order_by="Session.starts_at", cascade="all, delete-orphan"
    )
    ticket_types: Mapped[list[TicketType]] = relationship(
        back_populates="gathering", order_by="TicketType.position", cascade="all, delete-orphan"
    )

    @property
    def standing(self) -> str:
        """Its state as people see it: `postponed`, or what `state` says."""
        return "postponed" if self.postponed_at is not None else self.state

    def has_begun(self, now: datetime) -> bool:
        """Whether its beginning has come. What is postponed has no beginning."""
        return self.postponed_at is None and self.starts_at is not None and self.starts_at <= now

    def has_ended(self, now: datetime) -> bool:
        """Whether its end has come. What is postponed has no end."""
        return self.postponed_at is None and self.ends_at is not None and self.ends_at <= now


class Leader(Base):
    """That somebody leads a gathering."""

    __tablename__ = "leader"
    __table_args__ = (UniqueConstraint("gathering_id", "facilitator_id"),)

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    facilitator_id: Mapped[int] = mapped_column(ForeignKey("facilitator.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)

    gathering: Mapped[Gathering] = relationship(back_populates="leaders")
    facilitator: Mapped[Facilitator] = relationship()


class Session(Base):
    """A timed block of the programme."""

    __tablename__ = "session"
    __table_args__ = (Index("uq_session_uid", "uid", unique=True),)

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    title: Mapped[Localised]
    note: Mapped[Localised] = mapped_column(default=dict)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    space_id: Mapped[int | None] = mapped_column(ForeignKey("space.id"))
    uid: Mapped[str] = mapped_column(default=_new_uid)
    sequence: Mapped[int] = mapped_column(default=0)

    gathering: Mapped[Gathering] = relationship(back_populates="sessions")
    space: Mapped[Space | None] = relationship()


class TicketType(Base):
    """What can be chosen and what it costs, in minor units (0 is free)."""

    __tablename__ = "ticket_type"
    __table_args__ = (
        CheckConstraint("capacity IS NULL OR (taken >= 0 AND taken <= capacity)", name="taken_within_capacity"),
        CheckConstraint("price_minor >= 0", name="price_not_negative"),
    )

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    name: Mapped[Localised]
    note: Mapped[Localised] = mapped_column(default=dict)
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(default="EUR")
    capacity: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)

    gathering: Mapped[Gathering] = relationship(back_populates="ticket_types")


class PagePromise(Base):
    """What a gathering's page promises, by version: booking keeps the one that was read."""

    __tablename__ = "page_promise"
    __table_args__ = (UniqueConstraint("gathering_id", "version"),)

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    will_happen: Mapped[Localised] = mapped_column(default=dict)
    will_not_happen: Mapped[Localised] = mapped_column(default=dict)
    may_be_hard: Mapped[Localised] = mapped_column(default=dict)
    responsible: Mapped[Localised] = mapped_column(default=dict)
    touch_and_consent: Mapped[Localised] = mapped_column(default=dict)
    not_well_served: Mapped[Localised] = mapped_column(default=dict)
    your_words: Mapped[Localised] = mapped_column(default=dict)
    """What happens to what you write."""
    written_at: Mapped[datetime]
