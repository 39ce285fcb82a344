"""What outlasts a single gathering: venues and their spaces, facilitators, series, the house's terms."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.db import Base, Localised, id_column


class Venue(Base):
    """A house where gatherings take place. `area` is public; the address goes to those who booked."""

    __tablename__ = "venue"

    id: Mapped[int] = id_column()
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    area: Mapped[str]
    address: Mapped[str]
    map_url: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    zone: Mapped[str] = mapped_column(default="Europe/Lisbon")
    getting_there: Mapped[Localised] = mapped_column(default=dict)
    access: Mapped[Localised] = mapped_column(default=dict)
    """Access facts: steps, toilet, quiet room; Markdown."""

    spaces: Mapped[list[Space]] = relationship(back_populates="venue", order_by="Space.name")


class Space(Base):
    """A room in a venue where sessions take place."""

    __tablename__ = "space"

    id: Mapped[int] = id_column()
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"), index=True)
    name: Mapped[str]

    venue: Mapped[Venue] = relationship(back_populates="spaces")


class Facilitator(Base):
    """How somebody who leads introduces themselves."""

    __tablename__ = "facilitator"

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    slug: Mapped[str] = mapped_column(unique=True, info={"personal": True})
    line: Mapped[Localised] = mapped_column(default=dict, info={"personal": True})
    training: Mapped[Localised] = mapped_column(default=dict, info={"personal": True})
    approach: Mapped[Localised] = mapped_column(default=dict, info={"personal": True})
    languages: Mapped[list[str]] = mapped_column(default=list)
    picture: Mapped[str | None] = mapped_column(info={"personal": True})
    """A file below `static/pictures/`; None shows a tile of their own."""

    person: Mapped[Person] = relationship(lazy="joined")


class Series(Base):
    """Gatherings that follow each other; the next shows what changed since the last."""

    __tablename__ = "series"

    id: Mapped[int] = id_column()
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[Localised]
    about: Mapped[Localised] = mapped_column(default=dict)


class Terms(Base):
    """The terms of booking, by version: the one accepted is kept with the registration."""

    __tablename__ = "terms"

    id: Mapped[int] = id_column()
    version: Mapped[int] = mapped_column(unique=True)
    text: Mapped[Localised]
    valid_from: Mapped[datetime]
