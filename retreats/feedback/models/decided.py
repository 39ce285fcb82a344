"""What was decided, what was changed, and where that was shown. Public words only: the deciders' own, never a quote."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import Base, Localised, id_column
from retreats.feedback.models.released import Point

DECISIONS = ("will_change", "already_so", "will_not", "need_to_talk")


class Decision(Base):
    """What facilitators decided about a point, or promised aloud (then there is no point)."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("kind IN ('will_change', 'already_so', 'will_not', 'need_to_talk')", name="kind_known"),
    )

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    point_id: Mapped[int | None] = mapped_column(ForeignKey("point.id"), index=True)
    kind: Mapped[str]
    about: Mapped[Localised] = mapped_column(default=dict)
    """What was asked, in the facilitator's words."""
    reason: Mapped[Localised] = mapped_column(default=dict)
    """Why not, or how it is already so, or what is planned."""
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """By when a change is to be made."""
    is_current: Mapped[bool] = mapped_column(default=True)
    """False once the same point was decided anew."""

    gathering: Mapped[Gathering] = relationship()
    point: Mapped[Point | None] = relationship()
    owner: Mapped[Person] = relationship()
    changes: Mapped[list[Change]] = relationship(back_populates="decision", order_by="Change.entered_at")


class Change(Base):
    """A change that was made: since when, and what. A reopened point may need another one."""

    __tablename__ = "change"

    id: Mapped[int] = id_column()
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    made_on: Mapped[datetime]
    """Noon of that day in the gathering's zone."""
    what: Mapped[Localised]
    entered_at: Mapped[datetime]

    decision: Mapped[Decision] = relationship(back_populates="changes")
    shown: Mapped[list[ChangeShown]] = relationship(back_populates="change")


class ChangeShown(Base):
    """That a change stands on the page of a later gathering."""

    __tablename__ = "change_shown"
    __table_args__ = (UniqueConstraint("change_id", "gathering_id"),)

    id: Mapped[int] = id_column()
    change_id: Mapped[int] = mapped_column(ForeignKey("change.id"), index=True)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    shown_at: Mapped[datetime]

    change: Mapped[Change] = relationship(back_populates="shown")
    gathering: Mapped[Gathering] = relationship()
