"""Before a gathering: what somebody hopes for and needs. It carries their name, and the form says so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.booking.models import Place
from retreats.db import Base, Sealed, id_column, sealed_column
from retreats.questions.models import Question

MARKS = ("will", "cannot", "talk", "answered")


class IntentionAnswer(Base):
    """What an attendee answered to one question of the intention form."""

    __tablename__ = "intention_answer"
    __table_args__ = (UniqueConstraint("place_id", "question_id"),)

    id: Mapped[int] = id_column()
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    value_sealed: Mapped[bytes | None] = sealed_column()
    value = Sealed("value_sealed")
    also: Mapped[str] = mapped_column(default="")
    """What else its author allows, joined by commas: `back` (to the group, without the name), `page` (answered there)."""

    question: Mapped[Question] = relationship()


class PrivateNote(Base):
    """What somebody notes for themselves beside what they came for: nobody reads it but by their own link. No time stands here."""

    __tablename__ = "private_note"

    id: Mapped[int] = id_column()
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), unique=True)
    text_sealed: Mapped[bytes | None] = sealed_column()
    text = Sealed("text_sealed")


class Need(Base):
    """Something an attendee asked for before coming, and what the facilitators say to it."""

    __tablename__ = "need"
    __table_args__ = (
        UniqueConstraint("place_id", "key"),
        CheckConstraint("mark IS NULL OR mark IN ('will', 'cannot', 'talk', 'answered')", name="mark_known"),
    )

    id: Mapped[int] = id_column()
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    key: Mapped[str]
    """The question, and for a ready-made wish its value: `A2:quiet`, `A4`, `A5`."""
    text_sealed: Mapped[bytes | None] = sealed_column()
    text = Sealed("text_sealed")
    """In their own words; None for a ready-made wish, which is shown in the reader's language."""
    mark: Mapped[str | None]
    note_sealed: Mapped[bytes | None] = sealed_column()
    note = Sealed("note_sealed")
    """Why not, when to talk, or the answer to a question."""
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    marked_at: Mapped[datetime | None]

    place: Mapped[Place] = relationship()
    marked_by: Mapped[Person | None] = relationship()
