"""Erasures that were asked for, and how far each has come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from retreats.db import Base, id_column


class Erasure(Base):
    """That somebody asked to be forgotten. The row outlives them: it knows an id, and no name."""

    __tablename__ = "erasure"

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    asked_at: Mapped[datetime]
    """House time."""
    steps: Mapped[list[str]] = mapped_column(default=list)
    """What is done, in order; each step and its mark are one commit."""
    waits_for: Mapped[str | None]
    """running, refund, dispute or letters: why the next step has to wait."""
    done_at: Mapped[datetime | None]
