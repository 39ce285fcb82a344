"""The tables of pictures. Their octets lie in the database (docs/decisions/pictures.md)."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.db import Base, Localised, id_column
from retreats.pictures.shapes import SHAPES


class Picture(Base):
    """A picture cut to a shape. Another file or another cut is another picture, with another name."""

    __tablename__ = "picture"

    id: Mapped[int] = id_column()
    name: Mapped[str] = mapped_column(unique=True, default=lambda: secrets.token_hex(16))
    """In its address; it says nothing of the file it came from."""
    shape: Mapped[str]
    focus: Mapped[str]
    """What was kept when it was cut: centre, top, bottom, left or right."""
    widths: Mapped[list[int]] = mapped_column(JSON)
    """In which widths it can be had, smallest first."""
    alt: Mapped[Localised] = mapped_column(info={"personal": True})
    """What one sees on it, for those who cannot see it."""
    public: Mapped[bool] = mapped_column(default=False)
    """Whether a page that everybody may read shows it; otherwise only organisers get to see it."""
    kept_at: Mapped[datetime]

    renditions: Mapped[list[Rendition]] = relationship(lazy="raise")
    """For writing them along; whoever shows a picture must not load its octets."""

    def address(self, kind: str) -> str:
        """Where its largest rendition is served."""
        return f"/pictures/{self.name}/{self.width}.{kind}"

    def srcset(self, kind: str) -> str:
        """All its widths in one format, as an <img> or a <source> wants them."""
        return ", ".join(f"/pictures/{self.name}/{width}.{kind} {width}w" for width in self.widths)

    @property
    def width(self) -> int:
        """Of the largest rendition, in pixels."""
        return self.widths[-1]

    @property
    def height(self) -> int:
        """Of the largest rendition, in pixels."""
        return SHAPES[self.shape].height_of(self.width)


class Rendition(Base):
    """The octets of a picture in one format and one width."""

    __tablename__ = "rendition"
    __table_args__ = (UniqueConstraint("picture_id", "kind", "width"),)

    id: Mapped[int] = id_column()
    picture_id: Mapped[int] = mapped_column(ForeignKey("picture.id"))
    kind: Mapped[str]
    """avif, webp, jpg or whole (shapes.py)."""
    width: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, info={"personal": True})
