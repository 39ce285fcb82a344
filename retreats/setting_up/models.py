"""What was tried: letters to oneself, and a small payment that goes back. Neither stands in any ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.db import Base, id_column


class MailTrial(Base):
    """A letter that an owner sent to themselves."""

    __tablename__ = "mail_trial"

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    server: Mapped[str]
    """A fingerprint of the settings it was tried with."""
    heard: Mapped[list[dict[str, Any]]]
    """Step by step what the server answered, without addresses."""
    is_taken: Mapped[bool]
    tried_at: Mapped[datetime]
    """House time."""


class MoneyTrial(Base):
    """A small amount that an owner pays to the house and gets back."""

    __tablename__ = "money_trial"

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    till: Mapped[str]
    """A fingerprint of the key it was tried with."""
    state: Mapped[str] = mapped_column(default="opened")
    """opened, unpaid (its checkout is over), paid, pending (the refund is on its way), refunded, or failed (the refund)."""
    parameters: Mapped[dict[str, Any]]
    """As Stripe is told, so that a retry says the same."""
    amount_minor: Mapped[int]
    currency: Mapped[str]
    session_id: Mapped[str | None] = mapped_column(unique=True)
    session_url: Mapped[str | None]
    payment_intent: Mapped[str | None] = mapped_column(unique=True)
    refund_id: Mapped[str | None]
    tried_at: Mapped[datetime]
    """House time."""

    person: Mapped[Person] = relationship()
