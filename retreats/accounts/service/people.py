"""Recognising people, what they are called, what they may do, and whom the house refuses."""

from __future__ import annotations

from sqlalchemy import select, update

from retreats import clock
from retreats.accounts.models import Person, Role, SignedIn
from retreats.accounts.owning import keep_an_owner
from retreats.db import db, new_id
from retreats.events import (
    PersonDisabled,
    PersonEnabled,
    PersonInvited,
    PersonRenamed,
    ReflectionLinkAsked,
    RoleTaken,
)
from retreats.outbox import emit


def normalised(email: str) -> str:
    """An address as people are recognised by it."""
    return email.strip().lower()


def known_by(email: str) -> Person | None:
    """Whom the house knows by this address, also by the address of a record that was merged into theirs."""
    person = db.session.scalar(select(Person).where(Person.email == normalised(email)))
    return person.merged_into if person is not None and person.merged_into_id is not None else person


def recognise(*, name: str, email: str, language: str) -> Person:
    """The person with this address; a new one if the house does not know it yet. A known name is not overwritten."""
    address = normalised(email)
    person = known_by(address)
    if person is None:
        person = Person(id=new_id(), email=address, name=name, language=language, created_at=clock.now())
        db.session.add(person)
        db.session.flush()
    return person


def prefer(person_id: int, *, language: str) -> None:
    """From now on the house writes to this person in this language."""
    db.session.execute(update(Person).where(Person.id == person_id).values(language=language))


def rename(person_id: int, *, was: str, name: str) -> None:
    """Correct the name of somebody who is called as it `was`; whoever chose their name or has a role says it themselves."""
    has_role = select(Role.id).where(Role.person_id == Person.id).exists()
    renamed = update(Person).where(Person.id == person_id, Person.name == was, Person.name_chosen.is_(False), ~has_role)
    db.session.execute(renamed.values(name=name))


def renew_feed(person_id: int) -> None:
    """Give this person's calendar feed a new address; the old one opens nothing any more."""
    db.session.execute(update(Person).where(Person.id == person_id).values(feed_generation=Person.feed_generation + 1))


def ask_for_reflections(person_id: int) -> None:
    """This person wants the own links to their reflections once more; whoever keeps reflections sends them."""
    emit(ReflectionLinkAsked(person_id=person_id))


def call(person_id: int, *, name: str, legal_name: str | None) -> None:
    """From now on they are called this, wherever the house names them; `legal_name` only where a document needs it."""
    person = db.session.get_one(Person, person_id)
    person.legal_name = legal_name
    if (person.name, person.name_chosen) != (name, True):
        person.name, person.name_chosen = name, True
        db.session.flush()
        emit(PersonRenamed(person_id=person.id))


def invite(email: str, *, name: str, role: str, language: str) -> Person:
    """Give somebody a role at once (one of ROLES) and tell them by letter; `invitations.send` asks them first."""
    person = recognise(name=name, email=email, language=language)
    if give_role(person, role):
        emit(PersonInvited(person_id=person.id, role=role))
    return person


def keep_as_care_contact(person: Person) -> None:
    """The house keeps somebody as a care contact, to be chosen for a gathering, and tells them by letter."""
    if give_role(person, "care"):
        emit(PersonInvited(person_id=person.id, role="care"))


def give_role(person: Person, role: str) -> bool:
    """Let somebody hold a role; whether it is new to them. Who may do more from now on signs in anew."""
    if person.has_role(role):
        return False
    if not person.has_role("owner"):
        end_all_sessions(person.id)
    person.roles.append(Role(id=new_id(), role=role))
    return True


def take_role(person_id: int, role: str) -> None:
    """Take a role away, and end their sessions. Whoever owned the house organises in it still. Raises LastOwner."""
    person = db.session.get_one(Person, person_id)
    held = next((each for each in person.roles if each.role == role), None)
    if held is None:
        return
    if role == "owner":
        keep_an_owner(without=person.id)
    person.roles.remove(held)
    db.session.delete(held)
    if role == "owner" and not person.has_role("organiser"):
        person.roles.append(Role(id=new_id(), role="organiser"))
    end_all_sessions(person.id)
    emit(RoleTaken(person_id=person.id, role=role))


def disable(person: Person) -> None:
    """Refuse this person from the next request on. Raises LastOwner."""
    if person.has_role("owner"):
        keep_an_owner(without=person.id)
    if person.disabled_at is None:
        person.disabled_at = clock.now()
        emit(PersonDisabled(person_id=person.id))
    end_all_sessions(person.id)


def enable(person: Person) -> None:
    """Let this person sign in again, with the roles they hold."""
    if person.disabled_at is not None and person.merged_into_id is None:
        person.disabled_at = None
        emit(PersonEnabled(person_id=person.id))


def end_all_sessions(person_id: int) -> None:
    """Whatever they are signed in with opens nothing any more."""
    running = update(SignedIn).where(SignedIn.person_id == person_id, SignedIn.ended_at.is_(None))
    db.session.execute(running.values(ended_at=clock.real_now()))
