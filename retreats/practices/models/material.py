"""Texts, files and links for those who take part, and what to see to before coming."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.catalogue.models import Gathering
from retreats.db import Base, Localised, id_column


class Material(Base):
    """One thing to read, to hear or to look at. A file's octets lie in its pieces."""

    __tablename__ = "material"

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    kind: Mapped[str]
    """text, link or file."""
    title: Mapped[Localised]
    text: Mapped[Localised] = mapped_column(default=dict)
    """Markdown."""
    href: Mapped[str] = mapped_column(default="")
    after_end: Mapped[bool] = mapped_column(default=False)
    """Whether it opens at the end of the gathering; otherwise at once."""
    media_type: Mapped[str] = mapped_column(default="")
    """What the file was found to be, whatever it was called."""
    octets: Mapped[int] = mapped_column(default=0)
    added_at: Mapped[datetime]

    gathering: Mapped[Gathering] = relationship()


class MaterialPiece(Base):
    """A part of a file: small, so that a backup never holds more than some of them at a time."""

    __tablename__ = "material_piece"
    __table_args__ = (UniqueConstraint("material_id", "position"),)

    id: Mapped[int] = id_column()
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id"), index=True)
    position: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class PreparationItem(Base):
    """Something to pack or to see to before coming."""

    __tablename__ = "preparation_item"

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    position: Mapped[int]
    text: Mapped[Localised]
    days_before: Mapped[int | None]
    """By how many days before the beginning."""


class PreparationTick(Base):
    """That somebody has seen to it. Only they see it."""

    __tablename__ = "preparation_tick"
    __table_args__ = (UniqueConstraint("place_id", "item_id"),)

    id: Mapped[int] = id_column()
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("preparation_item.id"), index=True)
