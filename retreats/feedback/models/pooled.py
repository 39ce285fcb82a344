"""Once a year: words that too few accompanied, of all gatherings that the same people led, in one pool. And what a year of
listening taught, as it was published.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.booking.models import Place
from retreats.db import Base, Sealed, id_column, sealed_column
from retreats.feedback.models.released import GroupAnswer

Index("ix_answer_question_batch_id", GroupAnswer.question, GroupAnswer.batch_id)


class Pool(Base):
    """Five answers or more of two gatherings or more, of one year and the same leaders; which gathering, nobody can tell."""

    __tablename__ = "pool"

    id: Mapped[int] = id_column()
    year: Mapped[int]
    gatherings: Mapped[int]
    counts: Mapped[dict[str, Any]]
    """By question, how often each word was said: only questions with five answers or more."""
    released_at: Mapped[datetime]


class PoolReader(Base):
    """Who led what is in a pool, and may read it."""

    __tablename__ = "pool_reader"
    __table_args__ = (UniqueConstraint("pool_id", "person_id"),)

    id: Mapped[int] = id_column()
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)

    pool: Mapped[Pool] = relationship()


class PooledWords(Base):
    """One text in a pool. Its author still finds it by their own link, and can take it back."""

    __tablename__ = "pooled_words"

    id: Mapped[int] = id_column()
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"), index=True)
    question: Mapped[str]
    kind: Mapped[str]
    text_sealed: Mapped[bytes | None] = sealed_column()
    text = Sealed("text_sealed")
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    """Who said it, where they signed."""
    locator: Mapped[bytes | None] = mapped_column(LargeBinary(20), unique=True)

    place: Mapped[Place | None] = relationship()


class YearReport(Base):
    """What a year of listening came to, as it was published: these figures never change any more."""

    __tablename__ = "year_report"

    id: Mapped[int] = id_column()
    year: Mapped[int] = mapped_column(unique=True)
    frozen: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]
