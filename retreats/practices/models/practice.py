"""Practices that those who lead give along, and what somebody makes of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import Base, Localised, Sealed, id_column, sealed_column


class Practice(Base):
    """One practice of a gathering: what it is stands in its versions, the newest of which is offered."""

    __tablename__ = "practice"
    __table_args__ = (UniqueConstraint("gathering_id", "position"),)

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    position: Mapped[int | None]
    """1 to 3, each once; None once it is offered no more. Whoever has chosen it keeps it."""

    gathering: Mapped[Gathering] = relationship()
    versions: Mapped[list[PracticeVersion]] = relationship(
        back_populates="practice", order_by="PracticeVersion.number", cascade="all, delete-orphan"
    )

    @property
    def current(self) -> PracticeVersion:
        """As it is offered now."""
        return self.versions[-1]


class PracticeVersion(Base):
    """The words of a practice. Once somebody has chosen them they stay as they are, and other words are another version."""

    __tablename__ = "practice_version"
    __table_args__ = (UniqueConstraint("practice_id", "number"),)

    id: Mapped[int] = id_column()
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), index=True)
    number: Mapped[int] = mapped_column(default=1)
    title: Mapped[Localised]
    how: Mapped[Localised]
    how_long: Mapped[Localised]
    """In words: `ten minutes, in the morning`."""
    written_at: Mapped[datetime]

    practice: Mapped[Practice] = relationship(back_populates="versions")


class PracticePlan(Base):
    """That somebody chose a practice, and what they mean to do: `When …, I will …`. Nobody else reads it."""

    __tablename__ = "practice_plan"
    __table_args__ = (UniqueConstraint("place_id", "practice_id"),)

    id: Mapped[int] = id_column()
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("practice_version.id"), index=True)
    when_sealed: Mapped[bytes | None] = sealed_column()
    when = Sealed("when_sealed")
    will_sealed: Mapped[bytes | None] = sealed_column()
    will = Sealed("will_sealed")
    state: Mapped[str] = mapped_column(default="going")
    """going, paused or stopped."""

    place: Mapped[Place] = relationship()
    practice: Mapped[Practice] = relationship()
    version: Mapped[PracticeVersion] = relationship()
    notes: Mapped[list[PracticeNote]] = relationship(back_populates="plan", order_by="PracticeNote.written_at")


class PracticeNote(Base):
    """A line for oneself. Those who led read it while it is shown to them, and not before or after."""

    __tablename__ = "practice_note"

    id: Mapped[int] = id_column()
    plan_id: Mapped[int] = mapped_column(ForeignKey("practice_plan.id"), index=True)
    text_sealed: Mapped[bytes | None] = sealed_column()
    text = Sealed("text_sealed")
    word_sealed: Mapped[bytes | None] = sealed_column()
    word = Sealed("word_sealed")
    """How much of it was with them that day, `1` to `5`; for themselves alone, also where the note is shown."""
    written_at: Mapped[datetime]
    shown: Mapped[bool] = mapped_column(default=False)

    plan: Mapped[PracticePlan] = relationship(back_populates="notes")
    comments: Mapped[list[PracticeComment]] = relationship(back_populates="note", order_by="PracticeComment.written_at")


class PracticeComment(Base):
    """What somebody who leads wrote to a note that was shown to them."""

    __tablename__ = "practice_comment"

    id: Mapped[int] = id_column()
    note_id: Mapped[int] = mapped_column(ForeignKey("practice_note.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text_sealed: Mapped[bytes | None] = sealed_column()
    text = Sealed("text_sealed")
    written_at: Mapped[datetime]

    note: Mapped[PracticeNote] = relationship(back_populates="comments")
    person: Mapped[Person] = relationship()


class Reminding(Base):
    """That somebody wants to be reminded of what they chose: weekly, four times in all."""

    __tablename__ = "reminding"
    __table_args__ = (CheckConstraint("sent >= 0 AND sent <= 4", name="four_at_most"),)

    id: Mapped[int] = id_column()
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), unique=True)
    state: Mapped[str] = mapped_column(default="going")
    """going, paused, stopped (by them) or done (all four were sent)."""
    sent: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the next one is due; None while none is."""

    place: Mapped[Place] = relationship()
