"""Event rows (what happened) and delivery rows (what is still to follow from it)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.db import Base, BigId


class Event(Base):
    """Something that happened, in the past tense. Ids and amounts only: erasing a person never edits history."""

    __tablename__ = "event"

    position: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    name: Mapped[str]
    payload: Mapped[dict[str, Any]]
    happened_at: Mapped[datetime]
    """House time."""
    registration_id: Mapped[int | None] = mapped_column(BigId, index=True)
    gathering_id: Mapped[int | None] = mapped_column(BigId, index=True)
    actor_id: Mapped[int | None] = mapped_column(BigId)
    """Which person of the house did it; None for everybody else, and for what the house does by itself. No key: the
    history outlives the person's record."""


class Delivery(Base):
    """One consequence of one event: due, claimed under a lease, done, or resting after its last attempt."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("event_position", "reaction"),
        Index("ix_delivery_due", "due_at", sqlite_where=text("done_at IS NULL AND rests_at IS NULL"),
              postgresql_where=text("done_at IS NULL AND rests_at IS NULL")),
        Index("ix_delivery_lane", "lane", "id", sqlite_where=text("done_at IS NULL AND rests_at IS NULL"),
              postgresql_where=text("done_at IS NULL AND rests_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    event_position: Mapped[int] = mapped_column(ForeignKey("event.position"))
    reaction: Mapped[str]
    errand: Mapped[str]
    """Who runs it: `house` (our own tables), `money` (Stripe) or `letters` (SMTP); one never waits for another."""
    lane: Mapped[str | None]
    """Deliveries of one lane keep their order."""
    due_at: Mapped[datetime]
    """Real time. While claimed: the end of the lease."""
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    rests_at: Mapped[datetime | None]
    dropped: Mapped[bool] = mapped_column(default=False)
    last_error: Mapped[str | None]

    event: Mapped[Event] = relationship()
