"""What somebody who leads learns: theirs alone, but for the one line that they make public."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.catalogue.models import Gathering
from retreats.db import Base, Localised, Sealed, id_column, sealed_column

DEVELOPMENT_KINDS = ("reflection", "reading", "course", "practice", "exchange", "other")
SUPERVISION_KINDS = ("individual", "group", "peer", "other")


class OnADay:
    """Something that has a day of its own, and no hour."""

    day: Mapped[str]

    @property
    def on(self) -> datetime:
        """Noon of that day."""
        return datetime.fromisoformat(self.day).replace(hour=12, tzinfo=UTC)


class Development(OnADay, Base):
    """What I noticed, what I learned or trained, what I will try and where, and what came back."""

    __tablename__ = "development"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(each) for each in DEVELOPMENT_KINDS)})", name="kind_known"),
    )

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str]
    day: Mapped[str]
    """`2027-06-15`."""
    minutes: Mapped[int]
    gathering_id: Mapped[int | None] = mapped_column(ForeignKey("gathering.id"), index=True)
    """Where it was noticed."""
    noticed_sealed: Mapped[bytes | None] = sealed_column()
    noticed = Sealed("noticed_sealed")
    learned_sealed: Mapped[bytes | None] = sealed_column()
    learned = Sealed("learned_sealed")
    tries_sealed: Mapped[bytes | None] = sealed_column()
    tries = Sealed("tries_sealed")
    tries_in_id: Mapped[int | None] = mapped_column(ForeignKey("gathering.id"))
    item: Mapped[str] = mapped_column(default="")
    """Which question of that gathering's results says what came back (C1, C2, C3, C5 or C6)."""
    came_back_sealed: Mapped[bytes | None] = sealed_column()
    came_back = Sealed("came_back_sealed")
    """In their own words, beside what the results say."""
    public: Mapped[Localised] = mapped_column(default=dict, info={"personal": True})
    """What this group taught us: one line for everybody."""

    gathering: Mapped[Gathering | None] = relationship(foreign_keys=gathering_id)
    tries_in: Mapped[Gathering | None] = relationship(foreign_keys=tries_in_id)


class Supervision(OnADay, Base):
    """A supervision that took place."""

    __tablename__ = "supervision"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(each) for each in SUPERVISION_KINDS)})", name="kind_known"),
    )

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str]
    day: Mapped[str]
    minutes: Mapped[int]
    supervisor_sealed: Mapped[bytes | None] = sealed_column()
    supervisor = Sealed("supervisor_sealed")
    agreed_sealed: Mapped[bytes | None] = sealed_column()
    agreed = Sealed("agreed_sealed")


class ComeBack(Base):
    """That somebody who led closed a gathering's page for now and wants to be asked to come back."""

    __tablename__ = "come_back"
    __table_args__ = (UniqueConstraint("gathering_id", "person_id"),)

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
