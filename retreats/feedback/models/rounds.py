"""During a gathering and long after it: texts of a round once they were passed on, who would like to talk, and what was answered aloud."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.booking.models import Place
from retreats.db import Base, Localised, Sealed, id_column, sealed_column


class GroupText(Base):
    """What somebody wrote in a round, once it was passed on: no name, no kind, and nothing is owed to it."""

    __tablename__ = "group_text"

    id: Mapped[int] = id_column()
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    question: Mapped[str]
    locator: Mapped[bytes] = mapped_column(LargeBinary(20), unique=True)
    """Its author can still take it back by their own link."""
    text_sealed: Mapped[bytes | None] = sealed_column()
    text = Sealed("text_sealed")


class TalkWish(Base):
    """Somebody would like a facilitator to come and talk today. It carries their name, and the form says so."""

    __tablename__ = "talk_wish"

    id: Mapped[int] = id_column()
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), unique=True)
    asked_at: Mapped[datetime]
    met_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    met_at: Mapped[datetime | None]

    place: Mapped[Place] = relationship()


class CheckIn(Base):
    """What those who lead say to a check-in: that there is one in something short, and what was answered aloud."""

    __tablename__ = "check_in"

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), unique=True)
    wanted: Mapped[bool] = mapped_column(default=False)
    """For a gathering of less than a day and a half; longer ones have a check-in in any case."""
    heard: Mapped[Localised] = mapped_column(default=dict)
    tomorrow: Mapped[Localised] = mapped_column(default=dict)
    said_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[datetime | None]

    said_by: Mapped[Person | None] = relationship()
