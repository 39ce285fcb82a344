"""Who looked at something confidential: written down before it shows, and shown to the person it is about."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ForeignKey, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from retreats import clock
from retreats.accounts.models import Person
from retreats.db import Base, db, id_column, new_id
from retreats.languages import local

REASONS = ("prepare", "asked", "happened")
"""Why somebody looks: to prepare, because the person asked them to, because something happened."""


class AccessNote(Base):
    """That somebody looked at something confidential: who, what, why, on which day. Rows are only ever added."""

    __tablename__ = "access_note"
    __table_args__ = (UniqueConstraint("actor_id", "what", "day"),)

    id: Mapped[int] = id_column()
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    what: Mapped[str] = mapped_column(index=True)
    """`care_case:<id>` or `health:<place id>`."""
    day: Mapped[str]
    """`2027-06-15`, where the house is."""
    why: Mapped[str] = mapped_column(default="")
    """One of REASONS, where it is asked."""

    actor: Mapped[Person] = relationship()

    @property
    def on(self) -> datetime:
        """Noon of that day."""
        return datetime.fromisoformat(self.day).replace(hour=12, tzinfo=UTC)


def today() -> str:
    """The day under which a look is written down."""
    return local(clock.now()).date().isoformat()


def note_look(actor_id: int, what: str, *, why: str = "") -> None:
    """Write down that this person looks at it; once a day."""
    if what not in looked_at_today(actor_id, [what]):
        db.session.add(AccessNote(id=new_id(), actor_id=actor_id, what=what, day=today(), why=why))
        db.session.flush()


def looked_at_today(actor_id: int, whats: list[str]) -> set[str]:
    """Which of these this person has opened today."""
    found = db.session.scalars(
        select(AccessNote.what).where(
            AccessNote.actor_id == actor_id, AccessNote.what.in_(whats), AccessNote.day == today()
        )
    )
    return set(found)


def looks_at(whats: list[str]) -> list[AccessNote]:
    """Who looked at these, the latest first."""
    found = db.session.scalars(
        select(AccessNote)
        .where(AccessNote.what.in_(whats))
        .options(joinedload(AccessNote.actor))
        .order_by(AccessNote.day.desc(), AccessNote.id)
    )
    return list(found)


def take_over(old_id: int, new_id: int) -> None:
    """What one of two records looked at is noted for the other; the same thing on the same day once."""
    noted = {(each.what, each.day) for each in _by(new_id)}
    doubled = [each.id for each in _by(old_id) if (each.what, each.day) in noted]
    db.session.execute(delete(AccessNote).where(AccessNote.id.in_(doubled)))
    db.session.execute(update(AccessNote).where(AccessNote.actor_id == old_id).values(actor_id=new_id))


def _by(actor_id: int) -> list[AccessNote]:
    return list(db.session.scalars(select(AccessNote).where(AccessNote.actor_id == actor_id)))
