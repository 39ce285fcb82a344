"""What several points have in common, and the letter to the whole group that grows out of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import Base, Sealed, id_column
from retreats.feedback.models.released import Point


class Theme(Base):
    """What several points of one gathering have in common, in the words of those who led it."""

    __tablename__ = "theme"

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    title_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    title = Sealed("title_sealed")

    points: Mapped[list[Point]] = relationship(secondary="theme_point", order_by=Point.id)


class ThemePoint(Base):
    """That a point belongs to a theme; it may belong to several. It goes with the words."""

    __tablename__ = "theme_point"

    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), primary_key=True, index=True)


class GroupLetter(Base):
    """The one letter of a gathering to everybody who was there."""

    __tablename__ = "group_letter"

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), unique=True)
    texts_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    texts = Sealed("texts_sealed")
    """A JSON object, by language; a line that begins with `## ` is a heading."""
    version: Mapped[int] = mapped_column(default=1)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime | None]

    gathering: Mapped[Gathering] = relationship()
    written_by: Mapped[Person] = relationship()
