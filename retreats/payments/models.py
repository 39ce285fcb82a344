"""Attempts to pay, the notices Stripe sent, refunds, and what a person of the house must look at."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.booking.models import Registration
from retreats.db import Base, id_column


class Attempt(Base):
    """One attempt to pay for one hold: stored with all its parameters before Stripe is asked, so a retry is the same."""

    __tablename__ = "payment_attempt"
    __table_args__ = (UniqueConstraint("registration_id", "number"),)

    id: Mapped[int] = id_column()
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default="opened")
    """opened, waiting (for the bank), captured, failed or expired."""
    parameters: Mapped[dict[str, Any]]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    amount_minor: Mapped[int]
    currency: Mapped[str]
    session_id: Mapped[str | None] = mapped_column(unique=True)
    session_url: Mapped[str | None]
    payment_intent: Mapped[str | None] = mapped_column(unique=True)
    opened_at: Mapped[datetime]
    """Real time, as is `expires_at`."""
    expires_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    look_at: Mapped[datetime | None] = mapped_column(index=True)
    """When to ask Stripe by ourselves, should no news arrive (real time); None once nothing can change."""
    looks: Mapped[int] = mapped_column(default=0)
    dispute: Mapped[str | None]
    """open, won or lost."""

    registration: Mapped[Registration] = relationship()


class Notice(Base):
    """A webhook event of Stripe, under its own id: its type and the object it is about, nothing personal."""

    __tablename__ = "stripe_notice"

    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    object_id: Mapped[str]
    payment_intent: Mapped[str | None]
    received_at: Mapped[datetime]
    """Real time."""


class Refund(Base):
    """Money on its way back."""

    __tablename__ = "refund"

    id: Mapped[int] = id_column()
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("payment_attempt.id"))
    occasion: Mapped[str] = mapped_column(unique=True)
    """What it is for: the same cancelling is refunded once."""
    amount_minor: Mapped[int]
    currency: Mapped[str]
    state: Mapped[str] = mapped_column(default="requested")
    """requested, pending, refunded or failed."""
    stripe_refund_id: Mapped[str | None] = mapped_column(unique=True)
    requested_at: Mapped[datetime]
    """House time."""

    registration: Mapped[Registration] = relationship()
    attempt: Mapped[Attempt] = relationship()


class OpenItem(Base):
    """Something about money that a person of the house must look at."""

    __tablename__ = "open_item"

    id: Mapped[int] = id_column()
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)
    occasion: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(default="EUR")
    raised_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    registration: Mapped[Registration | None] = relationship()
