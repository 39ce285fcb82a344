"""What outlasts a single gathering: venues and their spaces, facilitators, series, the house's terms."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.db import Base, Localised, id_column
from retreats.pictures.models import Picture

ACCESS = ("step_free", "toilet", "parking", "transport", "loop", "quiet_room", "chairs", "dogs")
"""What people ask about before they can come; their words stand in templates/parts/access.html."""
ACCESS_ANSWERS = ("yes", "partly", "no")


class Venue(Base):
    """A house where gatherings take place. `area` is public; address, map and door are for those with a place."""

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
    at_the_door: Mapped[Localised] = mapped_column(default=dict)
    """The last steps: which bell, where to leave the car; Markdown, for those with a place."""
    access: Mapped[Localised] = mapped_column(default=dict)
    """What `access_facts` cannot say; Markdown."""
    access_facts: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Which of ACCESS is there: yes, partly or no. What is not said is not in it."""
    moves: Mapped[int] = mapped_column(default=0)
    """How often it was called or lay otherwise: part of what stands in people's calendars."""
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("picture.id"))

    picture: Mapped[Picture | None] = relationship()
    spaces: Mapped[list[Space]] = relationship(back_populates="venue", order_by="Space.name")


class Space(Base):
    """A room in a venue where sessions take place."""

    __tablename__ = "space"

    id: Mapped[int] = id_column()
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"), index=True)
    name: Mapped[str]
    capacity: Mapped[int | None]
    """How many people it has room for; None where nobody said."""

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
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("picture.id"))
    """Their portrait, cut square; without one they show a tile of their own."""

    person: Mapped[Person] = relationship(lazy="joined")
    picture: Mapped[Picture | None] = relationship()


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
