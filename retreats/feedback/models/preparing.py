"""What a group's hopes, questions and strengths become before they meet: a note from those who lead."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.db import Base, Sealed, id_column, sealed_column
from retreats.feedback.models.before import IntentionAnswer


class PreparationNote(Base):
    """How the plan takes up what people said before: one for a gathering."""

    __tablename__ = "preparation_note"

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), unique=True)
    plan_sealed: Mapped[bytes | None] = sealed_column()
    plan = Sealed("plan_sealed")
    """The facilitator's own words."""
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    """Since when it stands on everybody's page. From then on it is not changed."""

    written_by: Mapped[Person] = relationship()
    items: Mapped[list[NoteItem]] = relationship(order_by="NoteItem.id", cascade="all, delete-orphan")


class NoteItem(Base):
    """One thing that somebody said and let go back to the group. Its random id is its order: shuffled, and the same for all."""

    __tablename__ = "note_item"
    __table_args__ = (UniqueConstraint("note_id", "answer_id"),)

    id: Mapped[int] = id_column()
    note_id: Mapped[int] = mapped_column(ForeignKey("preparation_note.id"), index=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("intention_answer.id"), index=True)

    answer: Mapped[IntentionAnswer] = relationship()
