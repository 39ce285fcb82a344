"""What the house holds of a person as such: handed over, and let go of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from retreats import clock
from retreats.accounts import queries
from retreats.accounts.models import Person, Role, SignedIn, SignIn
from retreats.db import db
from retreats.mail.service import NOBODYS

NO_NAME = "(apagado · erased)"
"""Stands wherever a name stood. In both languages, because it is stored and not said."""


def export(person_id: int) -> dict[str, Any]:
    """Their record, their roles, and where they are signed in."""
    person = db.session.get_one(Person, person_id)
    return {
        "person": {"name": person.name, "email": person.email, "language": person.language,
                   "known_since": person.created_at, "roles": sorted(each.role for each in person.roles)},
        "sign_ins": [{"began": each.began_at, "last_used": each.seen_at} for each in queries.running_sessions(person)],
    }  # fmt: skip


def forget(person_id: int) -> None:
    """Their name, address, roles and sessions go. The row stays with nothing in it, because the books point at it."""
    db.session.execute(delete(Role).where(Role.person_id == person_id))
    db.session.execute(delete(SignIn).where(SignIn.person_id == person_id))
    db.session.execute(delete(SignedIn).where(SignedIn.person_id == person_id))
    person = db.session.get_one(Person, person_id, populate_existing=True)
    person.name, person.email, person.language = NO_NAME, f"{person.id:x}{NOBODYS}", "en"
    person.disabled_at, person.feed_generation = person.disabled_at or clock.now(), person.feed_generation + 1
    db.session.flush()


def is_last_organiser(person_id: int) -> bool:
    """Whether nobody else could run the house."""
    organisers = db.session.scalars(
        select(Role.person_id).join(Person).where(Role.role == "organiser", Person.disabled_at.is_(None))
    ).all()
    return set(organisers) == {person_id}


def began_at(session_id: int) -> datetime | None:
    """When this session began (real time)."""
    return db.session.scalar(select(SignedIn.began_at).where(SignedIn.id == session_id))
