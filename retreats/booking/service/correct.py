"""What an organiser corrects in one registration: names, languages, and what they note for themselves."""

from __future__ import annotations

from collections.abc import Mapping

from retreats import clock
from retreats.accounts import service as accounts
from retreats.booking.models import HouseNote, Place, Registration
from retreats.booking.service.readdress import ChangedMeanwhile
from retreats.db import db
from retreats.events import AttendeeRenamed, BookingLanguageChanged, HouseNoteRemoved, HouseNoteWritten
from retreats.outbox import emit
from retreats.refusals import NotFound


def rename(registration_id: int, names: Mapping[int, tuple[str, str]]) -> None:
    """Correct attendees' names, by place id: what the form showed, and what it is to be.

    The booker's own name follows their place's, where both were the same. Raises ChangedMeanwhile (then nothing is
    changed), or NotFound for a place of elsewhere.
    """
    registration = db.session.get_one(Registration, registration_id, with_for_update=True)
    places = {place.id: place for place in registration.places}
    if not names.keys() <= places.keys():
        raise NotFound
    for place_id, (was, name) in names.items():
        if places[place_id].name not in {was, name}:
            raise ChangedMeanwhile(places[place_id].name)
    for place_id, (_was, name) in names.items():
        if places[place_id].name != name:
            _rename(registration, places[place_id], name)


def _rename(registration: Registration, place: Place, name: str) -> None:
    if place is registration.own_place:
        accounts.rename(registration.booker_id, was=place.name, name=name)
    place.name, place.changed_at = name, clock.now()
    emit(AttendeeRenamed(place_id=place.id, registration_id=place.registration_id, gathering_id=place.gathering_id))


def speak(registration_id: int, language: str, of_places: Mapping[int, str]) -> None:
    """Write in these languages from now on: to the booker, and to attendees with an address of their own, by place id.

    Whoever has no role here hears the house in that language everywhere. What is so already is left alone. Raises
    NotFound for a place of elsewhere.
    """
    registration = db.session.get_one(Registration, registration_id, with_for_update=True)
    own = registration.own_place
    wanted = {place.id: language if place is own else of_places.get(place.id, place.language)
              for place in registration.places}  # fmt: skip
    if not of_places.keys() <= wanted.keys():
        raise NotFound
    ids = {"registration_id": registration.id, "gathering_id": registration.gathering_id}
    if registration.language != language:
        registration.language = language
        _prefer(registration.booker_id, language, has_role=bool(registration.booker.roles))
        emit(BookingLanguageChanged(**ids, language=language))
    for place in registration.places:
        if place.language != wanted[place.id]:
            place.language = wanted[place.id]
            if place is not own:
                emit(BookingLanguageChanged(**ids, language=place.language, place_id=place.id))


def _prefer(person_id: int, language: str, *, has_role: bool) -> None:
    if not has_role:
        accounts.prefer(person_id, language=language)


def note_down(registration_id: int, note_id: int, text: str, *, by: int) -> None:
    """Keep a note for the house. The same form (`note_id`) twice is one note."""
    registration = db.session.get_one(Registration, registration_id)
    if db.session.get(HouseNote, note_id) is not None:
        return
    note = HouseNote(id=note_id, registration_id=registration.id, written_by_id=by, written_at=clock.now())
    note.text = text
    db.session.add(note)
    emit(HouseNoteWritten(registration_id=registration.id, gathering_id=registration.gathering_id))


def remove_note(registration_id: int, note_id: int) -> None:
    """Delete a note; one that is gone already stays gone. Raises NotFound for one of another registration."""
    note = db.session.get(HouseNote, note_id)
    if note is None:
        return
    if note.registration_id != registration_id:
        raise NotFound
    registration = db.session.get_one(Registration, registration_id)
    db.session.delete(note)
    emit(HouseNoteRemoved(registration_id=registration.id, gathering_id=registration.gathering_id))
