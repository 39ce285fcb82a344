"""What booking holds of a person: handed over, given back and let go of. The books stay, without a name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import joinedload, selectinload

from retreats import clock
from retreats.accounts.models import Person
from retreats.accounts.personal import NO_NAME
from retreats.booking.entrusted import entrusted_places
from retreats.booking.models import TAKING, Answer, HouseNote, Place, Registration, SavedList, WaitingEntry
from retreats.booking.queries import of_person, places_of_person, waiting_entries_of
from retreats.booking.service.cancel import cancel_places
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.languages import t
from retreats.questions.queries import in_words


def export(person_id: int) -> dict[str, Any]:
    """What they booked, their own places and answers, what is noted about it, and where they wait. Nobody else's names."""
    person = db.session.get_one(Person, person_id)
    booked = db.session.scalars(
        select(Registration)
        .where(Registration.booker_id == person_id)
        .options(joinedload(Registration.gathering), joinedload(Registration.terms), joinedload(Registration.promise),
                 selectinload(Registration.places), selectinload(Registration.ledger))
        .order_by(Registration.registered_at, Registration.id)
    ).all()  # fmt: skip
    own = db.session.scalars(
        select(Place)
        .where(Place.person_id == person_id)
        .options(selectinload(Place.answers).joinedload(Answer.question), joinedload(Place.gathering))
        .order_by(Place.changed_at, Place.id)
    )
    return {
        "bookings": [_booking(each) for each in booked],
        "places": [_place(each) for each in own],
        "notes_of_the_house": [
            {"written_at": note.written_at, "text": note.text}
            for note in db.session.scalars(
                select(HouseNote).where(HouseNote.registration_id.in_([each.id for each in booked]))
            )
        ],
        "waiting_lists": [
            {"gathering": t(each.gathering.title), "name": each.name, "email": each.email, "party": each.party,
             "note": each.note, "joined_at": each.joined_at}
            for each in waiting_of(person.email)
        ],
        "saved_lists": [
            {"name": each.name, "saved_at": each.saved_at}
            for each in db.session.scalars(select(SavedList).where(SavedList.person_id == person_id))
        ],
    }  # fmt: skip


def _booking(registration: Registration) -> dict[str, Any]:
    return {
        "reference": registration.reference,
        "gathering": t(registration.gathering.title),
        "booked_at": registration.registered_at,
        "state": registration.state,
        "places_booked": len(registration.places),
        "agreed_minor": registration.agreed_minor,
        "currency": registration.currency,
        "terms_version": registration.terms.version if registration.terms else None,
        "promise_version": registration.promise.version if registration.promise else None,
        "read_out_at": registration.read_out_at,
        "money": [
            {"what": each.kind, "amount_minor": each.amount_minor, "currency": each.currency, "on": each.entered_at}
            for each in registration.ledger
        ],
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "reference": place.reference,
        "gathering": t(place.gathering.title),
        "starts_at": place.gathering.starts_at,
        "name": place.name,
        "email": place.email,
        "state": place.state,
        "presence": place.presence,
        "entry_is_discreet": place.is_discreet,
        "answers": [
            {"question": t(each.question.label), "answer": in_words(each.question, each.text or "", place.language)}
            for each in place.answers
        ],
    }


def waiting_of(email: str) -> list[WaitingEntry]:
    """The waiting lists on which this address stands or stood."""
    found = db.session.scalars(
        select(WaitingEntry).where(WaitingEntry.email == email).options(joinedload(WaitingEntry.gathering))
    )
    return list(found)


def coming(person_id: int) -> dict[Registration, list[Place]]:
    """Which places would be given back: all of what they booked, and their own in what others booked, before it starts."""
    now, found = clock.now(), dict[Registration, list[Place]]()
    places = db.session.scalars(
        select(Place)
        .join(Registration)
        .join(Gathering, Gathering.id == Place.gathering_id)
        .where(
            or_(Registration.booker_id == person_id, Place.person_id == person_id),
            Place.state.in_(TAKING),
            or_(Gathering.starts_at.is_(None), Gathering.starts_at > now),
        )
        .options(joinedload(Place.registration).joinedload(Registration.gathering))
        .order_by(Place.registration_id, Place.position)
    )
    for place in places:
        found.setdefault(place.registration, []).append(place)
    return found


def is_there_now(person_id: int) -> bool:
    """Whether they have a place in something that has begun and is not over."""
    now = clock.now()
    return (
        db.session.scalar(
            select(Place.id)
            .join(Registration)
            .join(Gathering, Gathering.id == Place.gathering_id)
            .where(
                or_(Registration.booker_id == person_id, Place.person_id == person_id),
                Place.state.in_(TAKING),
                and_(Gathering.starts_at <= now, Gathering.ends_at > now),
            )
            .limit(1)
        )
        is not None
    )


def give_back_coming(person_id: int) -> bool:
    """Give back what is still to come, with the refund as agreed. Whether there was anything."""
    found = {registration.id: {place.id for place in places} for registration, places in coming(person_id).items()}
    for registration_id, place_ids in found.items():
        cancel_places(registration_id, place_ids)
    return bool(found)


def let_places_go(person_id: int) -> None:
    """Free what is still to come, and give nothing back: that was done in the house as it was before a restore."""
    for registration, places in list(coming(person_id).items()):
        cancel_places(registration.id, {place.id for place in places}, by_house=True, refund="none")


def forget_answers(person_id: int) -> None:
    """Answers, notes of the house, waiting entries and, of an organiser, saved lists go at once."""
    person = db.session.get_one(Person, person_id)
    booked = select(Registration.id).where(Registration.booker_id == person_id)
    db.session.execute(delete(Answer).where(Answer.place_id.in_(entrusted_places(person_id))))
    db.session.execute(delete(HouseNote).where(HouseNote.registration_id.in_(booked)))
    db.session.execute(delete(SavedList).where(SavedList.person_id == person_id))
    db.session.execute(delete(WaitingEntry).where(WaitingEntry.email == person.email))


def forget_names(person_id: int) -> None:
    """Names and addresses leave the places, and every own link opens nothing any more. Amounts and dates stay."""
    for registration in of_person(person_id):
        registration.generation += 1
    wanted = entrusted_places(person_id)
    for place in db.session.scalars(select(Place).where(Place.id.in_(wanted))):
        place.name, place.email, place.person_id = NO_NAME, None, None
        place.generation, place.is_discreet = place.generation + 1, False
    db.session.flush()


def shelves_of(person_id: int) -> list[str]:
    """Where letters to this person stand."""
    person = db.session.get_one(Person, person_id)
    return [
        *(f"registration:{each.id}" for each in of_person(person_id)),
        *(f"place:{each.id}" for each in places_of_person(person_id)),
        *(f"waiting:{each}" for each in waiting_entries_of(person.email)),
    ]
