"""People and sessions as others need them."""

from __future__ import annotations

from sqlalchemy import select

from retreats import clock
from retreats.accounts import service
from retreats.accounts.models import Person, SignedIn
from retreats.db import db


def running_sessions(person: Person) -> list[SignedIn]:
    """The sessions of this person that still open something, the one used last first."""
    found = db.session.scalars(
        select(SignedIn)
        .where(SignedIn.person_id == person.id, SignedIn.ended_at.is_(None))
        .order_by(SignedIn.seen_at.desc(), SignedIn.id)
    )
    now = clock.real_now()
    return [each for each in found if service.is_running(each, now)]


def person_called(email: str) -> Person | None:
    """The person with this address."""
    return db.session.scalar(select(Person).where(Person.email == service.normalised(email)))
