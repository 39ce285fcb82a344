"""What the house holds of a person as such: handed over, and let go of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from retreats import clock
from retreats.accounts import queries
from retreats.accounts.models import (
    AddressChange,
    Authenticator,
    Guess,
    Invitation,
    Passkey,
    Person,
    RecoveryCode,
    Role,
    SignedIn,
    SignIn,
)
from retreats.db import db
from retreats.mail.service import NOBODYS

NO_NAME = "(apagado · erased)"
"""Stands wherever a name stood. In both languages, because it is stored and not said."""


def export(person_id: int) -> dict[str, Any]:
    """Their record, their roles, and where they are signed in."""
    person = db.session.get_one(Person, person_id)
    changes = db.session.scalars(select(AddressChange).where(AddressChange.person_id == person_id))
    keys = db.session.scalars(select(Passkey).where(Passkey.person_id == person_id))
    return {
        "person": {"name": person.name, "legal_name": person.legal_name, "email": person.email,
                   "also_known_by": [each.email for each in _merged(person_id)], "language": person.language,
                   "known_since": person.created_at, "roles": sorted(each.role for each in person.roles)},
        "address_changes": [{"from": each.old_email, "to": each.new_email, "asked_at": each.asked_at} for each in changes],
        "passkeys": [{"name": each.name, "added_at": each.added_at} for each in keys],
        "sign_ins": [{"began": each.began_at, "last_used": each.seen_at} for each in queries.running_sessions(person)],
    }  # fmt: skip


def forget(person_id: int) -> None:
    """Their names, addresses, roles, sessions and proofs go. The row stays with nothing in it, because the books point at it."""
    for table in (Role, SignIn, SignedIn, Authenticator, Passkey, RecoveryCode, Guess, AddressChange, Invitation):
        db.session.execute(delete(table).where(table.person_id == person_id))
    person = db.session.get_one(Person, person_id, populate_existing=True)
    for each in (person, *_merged(person_id)):
        each.name, each.email, each.language = NO_NAME, f"{each.id:x}{NOBODYS}", "en"
        each.legal_name, each.name_chosen = None, False
        each.disabled_at, each.feed_generation = each.disabled_at or clock.now(), each.feed_generation + 1
    db.session.flush()


def _merged(person_id: int) -> list[Person]:
    """Second records that became theirs: each still has the address by which they are recognised."""
    return list(db.session.scalars(select(Person).where(Person.merged_into_id == person_id)))


def is_last_organiser(person_id: int) -> bool:
    """Whether nobody else could run the house, or nobody else owns it."""
    held = db.session.execute(
        select(Role.role, Role.person_id)
        .join(Person)
        .where(Role.role.in_(("organiser", "owner")), Person.disabled_at.is_(None))
    ).all()
    return {person_id} in ({who for _role, who in held}, {who for role, who in held if role == "owner"})


def began_at(session_id: int) -> datetime | None:
    """When this session began (real time)."""
    return db.session.scalar(select(SignedIn.began_at).where(SignedIn.id == session_id))
