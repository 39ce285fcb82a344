"""People and sessions as others need them."""

from __future__ import annotations

from sqlalchemy import or_, select

from retreats import clock
from retreats.accounts import service
from retreats.accounts.models import Person, SignedIn
from retreats.db import db
from retreats.folding import fold, folded


def running_sessions(person: Person) -> list[SignedIn]:
    """The sessions of this person that still open something, the one used last first."""
    found = db.session.scalars(
        select(SignedIn)
        .where(SignedIn.person_id == person.id, SignedIn.ended_at.is_(None))
        .order_by(SignedIn.seen_at.desc(), SignedIn.id)
    )
    now = clock.real_now()
    return [each for each in found if service.is_running(each, now)]


def names_of(person_ids: set[int]) -> dict[int, str]:
    """What these people are called, by id; whoever is not there any more is left out."""
    found = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {row.id: row.name for row in found}


def person_called(email: str) -> Person | None:
    """The person with this address."""
    return db.session.scalar(select(Person).where(Person.email == service.normalised(email)))


def with_words(q: str, *, at_most: int) -> list[Person]:
    """People in whose name or address all of these words stand, by name; accents and capitals do not matter."""
    words = (fold(q) or "").split()
    has = [
        or_(folded(Person.name).contains(word, autoescape=True), folded(Person.email).contains(word, autoescape=True))
        for word in words
    ]
    return list(db.session.scalars(select(Person).where(*has).order_by(Person.name, Person.id).limit(at_most)))
