"""Somebody reads first what is hard to read, and may add a word."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import Base, Sealed, id_column, sealed_column


class FirstReader(Base):
    """Whom somebody who leads asked to read before them what a gathering's people would change."""

    __tablename__ = "first_reader"
    __table_args__ = (UniqueConstraint("gathering_id", "person_id"),)

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Who wants to be protected."""
    reader_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    leads_too: Mapped[bool]
    """A supervisor, who does not lead it too, reads only what its authors let be used in supervision, without names."""

    gathering: Mapped[Gathering] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=person_id)
    reader: Mapped[Person] = relationship(foreign_keys=reader_id)


class FirstReading(Base):
    """That a point was read first and passed on, with a word of context if there is one."""

    __tablename__ = "first_reading"
    __table_args__ = (UniqueConstraint("point_id", "person_id"),)

    id: Mapped[int] = id_column()
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """For whom."""
    reader_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    note_sealed: Mapped[bytes | None] = sealed_column()
    note = Sealed("note_sealed")
    passed_at: Mapped[datetime]

    reader: Mapped[Person] = relationship(foreign_keys=reader_id)
