"""A complaint is no feedback: it has a reader of its own, clocks of its own, and never reaches whom it is about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import Base, Sealed, id_column, sealed_column

ABOUT = ("house", "person", "care", "organiser")
LINES = ("acknowledged", "answered", "more", "note")


class Complaint(Base):
    """One complaint, from the first word to its answer. It is acknowledged in three working days and answered in fifteen."""

    __tablename__ = "complaint"
    __table_args__ = (CheckConstraint("about IN ('house', 'person', 'care', 'organiser')", name="about_known"),)

    id: Mapped[int] = id_column()
    form_key: Mapped[str] = mapped_column(unique=True)
    found_by: Mapped[str | None] = mapped_column(index=True)
    """Derived from the address, as for early questions."""
    gathering_id: Mapped[int | None] = mapped_column(ForeignKey("gathering.id"), index=True)
    about: Mapped[str]
    """The house, one person, the care contact of the gathering, or somebody who organises."""
    about_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whom it is about: nothing of it is ever shown to them."""
    reader_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    language: Mapped[str]
    name_sealed: Mapped[bytes | None] = sealed_column()
    name = Sealed("name_sealed")
    email_sealed: Mapped[bytes | None] = sealed_column()
    email = Sealed("email_sealed")
    text_sealed: Mapped[bytes | None] = sealed_column()
    text = Sealed("text_sealed")
    filed_at: Mapped[datetime]
    acknowledge_by: Mapped[datetime]
    answer_by: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    late_told: Mapped[int] = mapped_column(default=0)
    """How many of its two dates were told to the organisers as missed."""

    gathering: Mapped[Gathering | None] = relationship()
    reader: Mapped[Person] = relationship(foreign_keys=reader_id)
    subject: Mapped[Person | None] = relationship(foreign_keys=about_id)
    lines: Mapped[list[ComplaintLine]] = relationship(order_by="ComplaintLine.position", cascade="all, delete-orphan")


class ComplaintLine(Base):
    """What followed: acknowledged, answered, what the author adds; and what the reader notes for herself."""

    __tablename__ = "complaint_line"
    __table_args__ = (CheckConstraint("kind IN ('acknowledged', 'answered', 'more', 'note')", name="kind_known"),)

    id: Mapped[int] = id_column()
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str]
    """`note` is for the reader alone, the others are for both."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who of the house wrote it; None: its author."""
    text_sealed: Mapped[bytes | None] = sealed_column()
    text = Sealed("text_sealed")
    written_at: Mapped[datetime]

    person: Mapped[Person | None] = relationship()
