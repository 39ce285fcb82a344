"""What follows for places when somebody is called something else, has another address, or was two and is one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select, update

from retreats.accounts.models import AddressChange, Person
from retreats.booking.models import TAKING, BulkAction, HouseNote, Place, Registration, SavedList, WaitingEntry
from retreats.booking.queries import not_missed
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.events import AddressChanged, PersonRenamed


def follow_name(event: PersonRenamed) -> None:
    """Places that they booked for themselves, and their entries on waiting lists, carry the name they chose.

    Where somebody else booked for them, the place keeps the name that was typed: it is all that the booker gets to see.
    """
    person = db.session.get_one(Person, event.person_id)
    own = select(Registration.id).where(Registration.booker_id == person.id)
    db.session.execute(
        update(Place).where(Place.person_id == person.id, Place.registration_id.in_(own)).values(name=person.name)
    )
    db.session.execute(update(WaitingEntry).where(WaitingEntry.email == person.email).values(name=person.name))


def follow_address(event: AddressChanged) -> None:
    """Letters about their places, and about waiting, go to the new address."""
    change = db.session.get_one(AddressChange, event.change_id)
    _write_to(event.person_id, change.old_email, change.new_email)


def both_booked(old_id: int, new_id: int) -> list[Gathering]:
    """Gatherings in which both of these have a place: they are two people there."""
    comes = [
        Gathering.id.in_(
            select(Place.gathering_id).where(
                Place.person_id == person_id,
                Place.state.in_(TAKING),
                not_missed(),
            )
        )
        for person_id in (old_id, new_id)
    ]
    found = db.session.scalars(select(Gathering).where(*comes).order_by(Gathering.starts_at))
    return list(found)


@dataclass(frozen=True)
class Booked:
    """How much of the books is somebody's: counts."""

    registrations: int
    places: int
    waiting: int


def booked_by(person: Person) -> Booked:
    """What stands in the books under this person."""
    counts = (
        select(func.count()).select_from(Registration).where(Registration.booker_id == person.id),
        select(func.count()).select_from(Place).where(Place.person_id == person.id),
        select(func.count()).select_from(WaitingEntry).where(
            WaitingEntry.email == person.email, WaitingEntry.left_at.is_(None)
        ),
    )  # fmt: skip
    return Booked(*db.session.execute(select(*(each.scalar_subquery() for each in counts))).one())


def take_over(old: Person, new: Person) -> None:
    """What `old` booked and where they have a place is `new`'s from now on, as is their waiting.

    Two places in one gathering are for the caller to refuse (`both_booked`). References and own links stay as they are.
    """
    db.session.execute(update(Registration).where(Registration.booker_id == old.id).values(booker_id=new.id))
    db.session.execute(update(Place).where(Place.person_id == old.id).values(person_id=new.id))
    db.session.execute(update(HouseNote).where(HouseNote.written_by_id == old.id).values(written_by_id=new.id))
    db.session.execute(update(BulkAction).where(BulkAction.asked_by_id == old.id).values(asked_by_id=new.id))
    _move_lists(old.id, new.id)
    _write_to(new.id, old.email, new.email)


def _move_lists(old_id: int, new_id: int) -> None:
    """Lists kept under a name; where both kept one under the same name, the other is told apart by a mark."""
    names = set(db.session.scalars(select(SavedList.name).where(SavedList.person_id == new_id)))
    for each in db.session.scalars(select(SavedList).where(SavedList.person_id == old_id)):
        while each.name in names:
            each.name += "*"
        names.add(each.name)
        each.person_id = new_id
    db.session.flush()


def _write_to(person_id: int, old_email: str, new_email: str) -> None:
    """From the old address to the new one; whoever waits twice in one gathering keeps both entries as they are."""
    ahead = update(Place).where(Place.person_id == person_id, Place.state.in_(TAKING), Place.email == old_email)
    db.session.execute(ahead.values(email=new_email))
    taken = select(WaitingEntry.gathering_id).where(WaitingEntry.email == new_email).scalar_subquery()
    waiting = update(WaitingEntry).where(WaitingEntry.email == old_email, WaitingEntry.gathering_id.not_in(taken))
    db.session.execute(waiting.values(email=new_email), execution_options={"synchronize_session": False})
