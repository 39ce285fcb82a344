"""Letters that somebody of the house writes to those of one gathering, and letters that go out by themselves.

To whom they went stands in `letter`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import Base, BigId, Localised, id_column


class Mailing(Base):
    """Its words and whom it is for. A draft until `sent_at`; after that its words stay as they went out."""

    __tablename__ = "mailing"

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    audience: Mapped[str]
    """booked, waiting, attended, missed or ticket (then `ticket_type_id` says which)."""
    ticket_type_id: Mapped[int | None] = mapped_column(BigId)
    """No key: a kind of place that nobody booked may be deleted, and then nobody is in this audience."""
    subject: Mapped[Localised]
    body: Mapped[Localised]
    """Markdown with placeholders; a language has both subject and body, or neither."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised by each change, so that nobody overwrites or sends what they have not seen."""
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    """What had not left by then was dropped."""

    gathering: Mapped[Gathering] = relationship()
    written_by: Mapped[Person] = relationship()


class TimedLetter(Base):
    """One of the letters that go out by themselves, as somebody of the house has set it for one gathering.

    Without a row it is as the house has it for gatherings of this kind (`defaults.toml`).
    """

    __tablename__ = "timed_letter"
    __table_args__ = (UniqueConstraint("gathering_id", "purpose"),)

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    purpose: Mapped[str]
    """preparation, practical, reminder or thanks."""
    is_on: Mapped[bool]
    amount: Mapped[int]
    unit: Mapped[str]
    """days or hours: before the beginning, and for `thanks` after the end."""
    at: Mapped[str] = mapped_column(default="")
    """`10:00` by the clock at the place; empty: at the hour of the beginning or end."""
    subject: Mapped[Localised] = mapped_column(default=dict)
    body: Mapped[Localised] = mapped_column(default=dict)
    """Both empty: the house's words."""
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]


class TimedPassing(Base):
    """That the moment of one letter has passed, or what a person of the house decided about it before."""

    __tablename__ = "timed_passing"
    __table_args__ = (UniqueConstraint("gathering_id", "purpose", "mark"),)

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    purpose: Mapped[str]
    mark: Mapped[str] = mapped_column(default="")
    """The day that a reminder was about: moved to another day, people are reminded again. Empty for the others."""
    outcome: Mapped[str]
    """sent, late (nobody got it: its moment was long gone), held or skipped."""
    passed_at: Mapped[datetime]
