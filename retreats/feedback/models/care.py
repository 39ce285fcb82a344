"""What somebody told the care contact. It is not sealed: it arrives at once, and only she reads it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import Base, Sealed, id_column, sealed_column

STATES = ("raised", "seen", "offered", "in_hand", "closed")
BESIDE_FORMS = ("reply", "verdict", "asked", "asked_back", "shown_note", "said_there")
"""Where else than in a form the word list heard something."""
OUTCOMES = ("supported", "referred", "complaint", "nothing_asked")


class CareCase(Base):
    """One disclosure, health note or complaint, from the first word to its close."""

    __tablename__ = "care_case"
    __table_args__ = (
        CheckConstraint("state IN ('raised', 'seen', 'offered', 'in_hand', 'closed')", name="state_known"),
    )

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    """Known only where the form itself carries a name (before the gathering)."""
    locator: Mapped[bytes | None] = mapped_column(LargeBinary(20), unique=True)
    source: Mapped[str]
    """The question it came from (A6, C10, C7 …), or what else it was written in (`BESIDE_FORMS`)."""
    automatic: Mapped[bool] = mapped_column(default=False)
    """A copy that the word list put before her. It may be wrong, and nobody knows whose it is."""
    choice: Mapped[str | None]
    text_sealed: Mapped[bytes | None] = sealed_column()
    text = Sealed("text_sealed")
    way_sealed: Mapped[bytes | None] = sealed_column()
    way = Sealed("way_sealed")
    """How they want to be reached, if they said so."""
    shared: Mapped[bool] = mapped_column(default=False)
    """A health note that facilitators may know too, because its author said so."""
    state: Mapped[str] = mapped_column(default="raised")
    outcome: Mapped[str | None]
    raised_at: Mapped[datetime]
    """For an automatic copy the next full hour: when unnamed words were written is not kept."""
    alerted: Mapped[bool] = mapped_column(default=False)
    overdue_told: Mapped[bool] = mapped_column(default=False)
    is_mentioned: Mapped[bool] = mapped_column(default=False)
    """Whether those who led may know that the care contact is looking after something."""
    seen_at: Mapped[datetime | None]
    handed_at: Mapped[datetime | None]
    """When somebody else became care contact while it was not closed: their day begins then."""
    about_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whom it is about, as the care contact understands it: they are excluded from it everywhere."""
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Who may open it too, because she has not for a day."""
    withheld: Mapped[bool] = mapped_column(default=False)
    """She keeps these words from those who lead, and has written down why."""

    @property
    def waits_since(self) -> datetime:
        """Since when it has waited for whoever is care contact now."""
        return max(self.raised_at, self.handed_at or self.raised_at)

    @property
    def was_sealed(self) -> bool:
        """Whether it is a copy of words that waited under a seal when it was made: only those can be kept back."""
        return self.automatic and not self.source.startswith("A") and self.source not in BESIDE_FORMS

    gathering: Mapped[Gathering] = relationship()
    about: Mapped[Person | None] = relationship(foreign_keys=about_id)
    deputy: Mapped[Person | None] = relationship(foreign_keys=deputy_id)
    place: Mapped[Place | None] = relationship()


class CareNote(Base):
    """What the care contact wrote down about a case, for herself."""

    __tablename__ = "care_note"

    id: Mapped[int] = id_column()
    case_id: Mapped[int] = mapped_column(ForeignKey("care_case.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text_sealed: Mapped[bytes | None] = sealed_column()
    text = Sealed("text_sealed")
    written_at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class CareRelease(Base):
    """What the care contact lets somebody who leads know of a case: her own written words, and nothing else ever reaches them."""

    __tablename__ = "care_release"

    id: Mapped[int] = id_column()
    case_id: Mapped[int] = mapped_column(ForeignKey("care_case.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    text_sealed: Mapped[bytes | None] = sealed_column()
    text = Sealed("text_sealed")
    written_at: Mapped[datetime]

    case: Mapped[CareCase] = relationship()
    by: Mapped[Person] = relationship(foreign_keys=by_id)
    to: Mapped[Person] = relationship(foreign_keys=to_id)
