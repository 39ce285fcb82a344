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
    """What facilitators decided about a point or a theme, or promised aloud (then there is neither)."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("kind IN ('will_change', 'already_so', 'will_not', 'need_to_talk')", name="kind_known"),
    )

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    point_id: Mapped[int | None] = mapped_column(ForeignKey("point.id"), index=True)
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"), index=True)
    """What was decided for several points at once."""
    development_id: Mapped[int | None] = mapped_column(ForeignKey("development.id"), index=True)
    """What its owner learned, where that led to it."""
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
    carried_to_id: Mapped[int | None] = mapped_column(ForeignKey("gathering.id"))
    """The gathering of the series for which an open promise was taken along."""

    gathering: Mapped[Gathering] = relationship(foreign_keys=gathering_id)
    point: Mapped[Point | None] = relationship()
    owner: Mapped[Person] = relationship()
    followers: Mapped[list[Point]] = relationship(secondary="decision_point", lazy="selectin", order_by=Point.id)
    """The points of its theme that follow it."""
    changes: Mapped[list[Change]] = relationship(back_populates="decision", order_by="Change.entered_at")

    @property
    def points(self) -> list[Point]:
        """For which points it holds: its own, or those of its theme; none for what was promised aloud."""
        return [self.point] if self.point is not None else self.followers


class DecisionPoint(Base):
    """That a point follows what was decided about its theme."""

    __tablename__ = "decision_point"

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), primary_key=True, index=True)


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
