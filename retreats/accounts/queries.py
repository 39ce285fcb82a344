"""People, their roles, invitations and sessions, as others need them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import aliased, joinedload

from retreats import clock
from retreats.accounts import service
from retreats.accounts.models import Invitation, Person, Role, SignedIn, filed
from retreats.db import db
from retreats.folding import fold, folded
from retreats.mail.service import NOBODYS


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
    """What these people are called, by id, also by that of a record that was merged; who is not there is left out."""
    into = aliased(Person)
    named = select(Person.id, func.coalesce(into.name, Person.name)).outerjoin(into, Person.merged_into_id == into.id)
    return {row[0]: row[1] for row in db.session.execute(named.where(Person.id.in_(person_ids)))}


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
    found = select(Person).where(Person.merged_into_id.is_(None), ~Person.email.endswith(NOBODYS), *has)
    return list(db.session.scalars(found.order_by(Person.name, Person.id).limit(at_most)))


def with_role(role: str) -> list[Person]:
    """Everybody who holds this role and is not disabled, by name. Owners organise too."""
    query = select(Person).where(_holds(role), Person.disabled_at.is_(None))
    return list(db.session.scalars(query.order_by(Person.filed_as, Person.id)))


def _holds(role: str) -> ColumnElement[bool]:
    held = ("organiser", "owner") if role == "organiser" else (role,)
    return Person.id.in_(select(Role.person_id).where(Role.role.in_(held)))


def open_invitations() -> list[Invitation]:
    """Who was asked to take a role and has not answered, the latest first."""
    query = (
        select(Invitation)
        .where(Invitation.accepted_at.is_(None), Invitation.taken_back_at.is_(None))
        .options(joinedload(Invitation.person), joinedload(Invitation.by))
        .order_by(Invitation.sent_at.desc(), Invitation.id)
    )
    return list(db.session.scalars(query))


def invitations_of(person_id: int) -> list[Invitation]:
    """What this person was asked, the latest first."""
    query = select(Invitation).where(Invitation.person_id == person_id).options(joinedload(Invitation.by))
    return list(db.session.scalars(query.order_by(Invitation.sent_at.desc(), Invitation.id)))


def called_alike(person: Person, *, at_most: int = 5) -> list[Person]:
    """Others of the same name: perhaps the same person twice."""
    query = select(Person).where(
        Person.filed_as == person.filed_as, Person.id != person.id, Person.merged_into_id.is_(None)
    )
    return list(db.session.scalars(query.order_by(Person.id).limit(at_most)))


def other_addresses(person_id: int) -> list[str]:
    """Addresses of records that were merged into this one: they are recognised by these too."""
    return list(
        db.session.scalars(select(Person.email).where(Person.merged_into_id == person_id).order_by(Person.email))
    )


@dataclass(frozen=True)
class Slice:
    """One page of the list of people, by name: what it shows, and where the pages before and after it begin."""

    people: list[Person]
    before: int | None
    after: int | None


def people(wanted: str = "", *, role: str = "", after: int | None = None, before: int | None = None,
           at_most: int = 30) -> Slice:  # fmt: skip
    """Everybody whose name or address has all these words in it, by name, from one person on or up to one.

    `role` keeps to those who hold it; `disabled` to those whom the house refuses. A person that is none begins anew.
    """
    query = _found(wanted, role)
    start, end = _place_of(after), _place_of(before)
    place = tuple_(Person.filed_as, Person.id)
    if end is not None:
        query = query.where(place < tuple_(*end)).order_by(Person.filed_as.desc(), Person.id.desc())
    else:
        query = query.order_by(Person.filed_as, Person.id)
        query = query if start is None else query.where(place > tuple_(*start))
    found = list(db.session.scalars(query.limit(at_most + 1)))
    more, shown = len(found) > at_most, found[:at_most]
    if end is not None:
        shown.reverse()
        return Slice(shown, shown[0].id if more and shown else None, shown[-1].id if shown else None)
    return Slice(shown, shown[0].id if start is not None and shown else None, shown[-1].id if more and shown else None)


def _found(wanted: str, role: str) -> Select[Person]:
    query = select(Person).where(Person.merged_into_id.is_(None), ~Person.email.endswith(NOBODYS))
    for word in filed(wanted).split()[:5]:
        query = query.where(
            Person.filed_as.contains(word, autoescape=True) | Person.email.contains(word, autoescape=True)
        )
    if role == "disabled":
        return query.where(Person.disabled_at.is_not(None))
    return query.where(_holds(role)) if role else query


def _place_of(person_id: int | None) -> tuple[str, int] | None:
    """Where in the list somebody stands."""
    if person_id is None:
        return None
    found = db.session.execute(select(Person.filed_as, Person.id).where(Person.id == person_id)).one_or_none()
    return None if found is None else (found[0], found[1])
