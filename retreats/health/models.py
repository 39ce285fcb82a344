"""Consents, whom they allow to read, and the answers: apart from every other answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.booking.models import Place
from retreats.db import Base, Sealed, id_column, sealed_column
from retreats.questions.models import Question


class Consent(Base):
    """That an attendee agreed, to which words and when; and when they took it back."""

    __tablename__ = "health_consent"

    id: Mapped[int] = id_column()
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), unique=True)
    wording: Mapped[int]
    """The version of the words that were ticked (docs/privacy.md has each)."""
    language: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    place: Mapped[Place] = relationship()
    readers: Mapped[list[Reader]] = relationship(back_populates="consent", cascade="all, delete-orphan")


class Reader(Base):
    """Somebody who leads, and whom the attendee ticked."""

    __tablename__ = "health_reader"
    __table_args__ = (UniqueConstraint("consent_id", "person_id"),)

    id: Mapped[int] = id_column()
    consent_id: Mapped[int] = mapped_column(ForeignKey("health_consent.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)

    consent: Mapped[Consent] = relationship(back_populates="readers")
    person: Mapped[Person] = relationship()


class HealthAnswer(Base):
    """What an attendee answered to one question about health."""

    __tablename__ = "health_answer"
    __table_args__ = (UniqueConstraint("place_id", "question_id"),)

    id: Mapped[int] = id_column()
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    text_sealed: Mapped[bytes | None] = sealed_column()
    text = Sealed("text_sealed")

    question: Mapped[Question] = relationship()
