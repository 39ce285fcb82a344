"""After a release: answers of the group and points. They come out of the seal in shuffled order, under new random ids."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.booking.models import Place
from retreats.db import Base, Sealed, id_column, sealed_column
from retreats.feedback.models.sealed import FormWindow

KINDS = ("thanks", "change", "question", "sharing")
STATES = (
    "released",
    "read",
    "acknowledged",
    "answered",
    "decided",
    "made",
    "shown",
    "told",
    "reopened",
    "confirmed",
    "lapsed",
    "unmet",
    "withdrawn",
)


class Batch(Base):
    """One release of one form: everything in it became readable at the same moment."""

    __tablename__ = "batch"
    __table_args__ = (UniqueConstraint("window_id", "number"),)

    id: Mapped[int] = id_column()
    window_id: Mapped[int] = mapped_column(ForeignKey("form_window.id"), index=True)
    number: Mapped[int]
    answered: Mapped[int]
    """How many people are in it; 0 for held words that their authors let go."""
    released_at: Mapped[datetime]

    window: Mapped[FormWindow] = relationship()


class GroupAnswer(Base):
    """One released answer to one scale or choice. No respondent: nobody can say which others came from the same hand."""

    __tablename__ = "answer"

    id: Mapped[int] = id_column()
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    question: Mapped[str]
    value: Mapped[str]


class Point(Base):
    """One thing a participant said that may deserve an answer. Only its author chooses its kind."""

    __tablename__ = "point"
    __table_args__ = (
        CheckConstraint("kind IN ('thanks', 'change', 'question', 'sharing')", name="kind_known"),
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in STATES)})", name="state_known"),
    )

    id: Mapped[int] = id_column()
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    question: Mapped[str]
    kind: Mapped[str]
    text_sealed: Mapped[bytes | None] = sealed_column()
    text = Sealed("text_sealed")
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    """Who said it, where they signed."""
    locator: Mapped[bytes | None] = mapped_column(LargeBinary(20), unique=True)
    to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """For whom of those who led these words are; None for all of them. It is a property of the text, like its kind."""
    wants_reply: Mapped[bool] = mapped_column(default=False)
    may_quote: Mapped[bool] = mapped_column(default=False)
    may_supervise: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="released", index=True)
    reopened: Mapped[int] = mapped_column(default=0)

    batch: Mapped[Batch] = relationship()
    place: Mapped[Place | None] = relationship()


class Reading(Base):
    """That a facilitator has opened a batch."""

    __tablename__ = "reading"
    __table_args__ = (UniqueConstraint("batch_id", "person_id"),)

    id: Mapped[int] = id_column()
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    opened_at: Mapped[datetime]
    with_critical: Mapped[bool] = mapped_column(default=True)
    """Whether what its people would change was opened too."""
    put_off_until: Mapped[datetime | None]
    """`Not today`: it may be left closed until then."""
