"""A letter with a greeting, what it is about, one address and what else to know: how those of the loop are put together."""

from __future__ import annotations

from flask_babel import gettext as _

from retreats.accounts.models import Person
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback import addresses
from retreats.feedback.people import reached
from retreats.mail.models import Letter
from retreats.mail.service import Composed, NoLongerNeeded
from retreats.mail.words import in_both


def to_place(
    place: Place, subject: str, before: list[str], after: list[str], *, label: str, path: str = ""
) -> Composed:
    """To an attendee, at their own address or through whoever booked for them; `path` follows their own link."""
    whom = reached(place)
    if whom.through is not None:
        after = [
            *after,
            _("This letter is for %(name)s. It came to you because you booked, and we have no other address: please pass it "
              "on as it is.", name=whom.name),
        ]  # fmt: skip
    return _composed(whom.name, whom.address, subject, before, after, addresses.reflect_path(place) + path, label)


def to_person(
    person: Person, subject: str, before: list[str], after: list[str] | None = None, *, path: str, label: str
) -> Composed:
    """To somebody of the house. Raises NoLongerNeeded for whoever is not let in any more."""
    if person.disabled_at is not None:
        raise NoLongerNeeded
    return _composed(person.name, person.email, subject, before, after or [], path, label)


def place_of(letter: Letter) -> Place:
    """The attendee a letter is for. Raises NoLongerNeeded when the place or the gathering is no more."""
    place = db.session.get(Place, letter.about["place_id"])
    if place is None or place.state != "confirmed" or place.gathering.state == "cancelled":
        raise NoLongerNeeded
    return place


def leader_of(letter: Letter) -> tuple[Person, Gathering]:
    """Who leads, and what. Raises NoLongerNeeded."""
    person = db.session.get(Person, letter.about["person_id"])
    gathering = db.session.get(Gathering, letter.about["gathering_id"])
    if person is None or gathering is None or gathering.state == "cancelled":
        raise NoLongerNeeded
    return person, gathering


def contact_of(gathering: Gathering) -> str:
    """The care contact's name, or who that is."""
    return gathering.care_contact.name if gathering.care_contact else _("the care contact")


def private() -> list[str]:
    """That an own link is one's own."""
    return [_("The link is yours alone: whoever has it reads and writes as you. Please do not pass it on.")]


def _composed(
    name: str, address: str, subject: str, before: list[str], after: list[str], path: str, label: str
) -> Composed:
    text, html = in_both("feedback/letters/note.letter", reader=name, before=before, after=after,
                         href=addresses.outward(path), label=label)  # fmt: skip
    return Composed(to_name=name, to_address=address, subject=subject, text=text, html=html)
