"""What goes back and forth about a point, and the facilitator's own half."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.db import Base, Sealed, id_column, sealed_column
from retreats.feedback.models.released import Point


class PointStep(Base):
    """What the house or its facilitators did with a point, and when. Never what its author did."""

    __tablename__ = "point_step"

    id: Mapped[int] = id_column()
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), index=True)
    step: Mapped[str]
    """read, acknowledged, answered, decided, made, shown, told, lapsed."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_at: Mapped[datetime]

    staff: Mapped[Person | None] = relationship()


class Message(Base):
    """One letter of the correspondence about a point."""

    __tablename__ = "message"
    __table_args__ = (CheckConstraint("side IN ('staff', 'author')", name="side_known"),)

    id: Mapped[int] = id_column()
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), index=True)
    side: Mapped[str]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    text_sealed: Mapped[bytes | None] = sealed_column()
    text = Sealed("text_sealed")
    visible_after: Mapped[datetime]
    """For an unnamed author: 2 to 24 hours later than it was written, and nothing else is kept of that."""

    point: Mapped[Point] = relationship()
    staff: Mapped[Person | None] = relationship()


class Verdict(Base):
    """Whether what became of a point met it. Only its author says so."""

    __tablename__ = "verdict"
    __table_args__ = (
        UniqueConstraint("point_id", "round"),
        CheckConstraint("met IN ('met', 'partly', 'not')", name="met_known"),
    )

    id: Mapped[int] = id_column()
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), index=True)
    round: Mapped[int]
    """0 for the first time; a point is reopened at most twice."""
    met: Mapped[str]
    text_sealed: Mapped[bytes | None] = sealed_column()
    text = Sealed("text_sealed")
    visible_after: Mapped[datetime]
    """As for messages: an unnamed author's verdict takes effect 2 to 24 hours after it was given."""
    taken_in: Mapped[bool] = mapped_column(default=False)

    point: Mapped[Point] = relationship()


class Reflection(Base):
    """A facilitator's own look back, written before they see what others said. Theirs alone."""

    __tablename__ = "reflection"
    __table_args__ = (UniqueConstraint("gathering_id", "person_id"),)

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    answers_sealed: Mapped[bytes | None] = sealed_column()
    answers = Sealed("answers_sealed")
    """A JSON object, by question key."""
    written_at: Mapped[datetime]
