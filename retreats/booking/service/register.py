"""Registering: places are taken, the person is recognised, what was agreed is frozen, and the fact is written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from retreats import clock
from retreats.accounts import service as accounts
from retreats.accounts.models import Person
from retreats.booking.models import Answer, Place, Registration
from retreats.booking.opening import opening
from retreats.booking.references import new_reference
from retreats.booking.service.confirm import confirm_now
from retreats.booking.service.discreet import word_entries
from retreats.booking.service.hold import lapse_overdue
from retreats.catalogue import queries as catalogue
from retreats.catalogue.models import Gathering, TicketType
from retreats.catalogue.service import GatheringFull, NotOpen, take
from retreats.db import db, new_id
from retreats.events import BookingLinkAsked, RegistrationHeld
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal

HOLD = timedelta(minutes=30)
LARGEST_PARTY = 6


class AlreadyBooked(Refusal):
    """Somebody of this party has a place here already; the booking's link was sent to that address again."""

    code = "already_booked"

    def __init__(self, registration_id: int, email: str) -> None:
        super().__init__()
        self.registration_id, self.email = registration_id, email


class TermsNotAccepted(Refusal):
    """The terms changed while the form was open; read the new ones and send it again."""

    code = "terms_changed"
    status = 422


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Who books."""

    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Attendee:
    """Who comes. Without an address they are reached through the booker. Answers are by question id."""

    name: str
    email: str | None = None
    answers: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Party:
    """A booking as the form gave it."""

    form_key: str
    booker: Contact
    attendees: list[Attendee]
    language: str
    terms_id: int | None = None
    is_discreet: bool = False
    """Whether their calendar entries do not say what it is."""


def register(gathering_id: int, ticket_type_id: int, party: Party) -> Registration:
    """Hold one place for each attendee for 30 minutes, or confirm at once what costs nothing.

    The same form sent again gives the registration it made before. Raises GatheringFull (nothing is taken, a party is
    never split), NotOpen, AlreadyBooked, TermsNotAccepted, or NotFound for a ticket type of another gathering.
    """
    if (before := db.session.scalar(select(Registration).where(Registration.form_key == party.form_key))) is not None:
        return before
    now = clock.now()
    ticket = ticket_of(gathering_id, ticket_type_id)
    gathering = ticket.gathering
    if lapse_overdue(gathering_id, now=now):
        db.session.refresh(gathering, ["taken"])
    _refuse_unless_open(gathering)
    refuse_if_booked(gathering_id, party)
    take(gathering_id, ticket_type_id, len(party.attendees), now=now)
    registration = written(gathering, ticket, party, price_minor=ticket.price_minor)
    if registration.agreed_minor == 0:
        confirm_now(registration)
    else:
        emit(RegistrationHeld(registration_id=registration.id, gathering_id=gathering_id))
    return registration


def ticket_of(gathering_id: int, ticket_type_id: int) -> TicketType:
    """A ticket type of this gathering, with its gathering. Raises NotFound."""
    ticket = db.session.scalar(
        select(TicketType)
        .where(TicketType.id == ticket_type_id, TicketType.gathering_id == gathering_id)
        .options(joinedload(TicketType.gathering).joinedload(Gathering.venue))
    )
    if ticket is None:
        raise NotFound
    return ticket


def _refuse_unless_open(gathering: Gathering) -> None:
    state = opening(gathering, now=clock.now())
    if state.answer == "full":
        raise GatheringFull
    if not state.can_book:
        raise NotOpen(state.answer)


def refuse_if_booked(gathering_id: int, party: Party) -> None:
    """Raises AlreadyBooked when somebody of the party has a place here."""
    addresses = [accounts.normalised(each.email) for each in party.attendees if each.email]
    known = select(func.coalesce(Person.merged_into_id, Person.id)).where(Person.email.in_(addresses))
    place = db.session.scalar(
        select(Place)
        .where(Place.gathering_id == gathering_id, Place.state.in_(("held", "confirmed")),
               or_(Place.email.in_(addresses), Place.person_id.in_(known)))
        .limit(1)
    )  # fmt: skip
    if place is not None:
        raise AlreadyBooked(place.registration_id, place.email if place.email in addresses else addresses[0])


def send_link_again(registration_id: int, *, by_house: bool = False) -> None:
    """The owner of this booking gets its link once more (whoever asked sees nothing of it)."""
    registration = db.session.get_one(Registration, registration_id)
    emit(BookingLinkAsked(registration_id=registration.id, gathering_id=registration.gathering_id, by_house=by_house))


def written(gathering: Gathering, ticket: TicketType, party: Party, *, price_minor: int) -> Registration:
    """The rows of a booking, held, at this price for each place. Raises TermsNotAccepted."""
    now = clock.now()
    terms_id, promise_id = catalogue.agreed_upon(gathering.id, now=now)
    if terms_id is not None and party.terms_id != terms_id:
        raise TermsNotAccepted
    booker = accounts.recognise(name=party.booker.name, email=party.booker.email, language=party.language)
    registration = Registration(
        id=new_id(),
        reference=new_reference(),
        gathering_id=gathering.id,
        gathering=gathering,
        booker_id=booker.id,
        booker=booker,
        form_key=party.form_key,
        state="held",
        language=party.language,
        agreed_minor=price_minor * len(party.attendees),
        currency=ticket.currency,
        refund_tiers=gathering.refund_tiers,
        terms_id=terms_id,
        promise_id=promise_id,
        registered_at=now,
        hold_until=now + HOLD if price_minor else None,
    )
    registration.places = [_place(registration, ticket, each, index) for index, each in enumerate(party.attendees)]
    for place in registration.places:
        place.price_minor = price_minor
    word_entries(registration, wishes=party.is_discreet)
    db.session.add(registration)
    return registration


def _place(registration: Registration, ticket: TicketType, attendee: Attendee, index: int) -> Place:
    email, person_id = _reached(registration, attendee)
    place = Place(
        id=new_id(),
        reference=new_reference(),
        gathering_id=registration.gathering_id,
        ticket_type_id=ticket.id,
        position=index,
        name=attendee.name,
        email=email,
        person_id=person_id,
        language=registration.language,
        state="held",
        uid=f"pl-{new_id():x}-{registration.gathering_id:x}@{urlsplit(current_app.config['SITE_URL']).hostname}",
        changed_at=registration.registered_at,
    )
    place.answers = [
        Answer(id=new_id(), question_id=question_id, text=text)
        for question_id, text in attendee.answers.items()
        if text
    ]
    return place


def _reached(registration: Registration, attendee: Attendee) -> tuple[str | None, int | None]:
    """At which address, and who that is. For an address whose record was merged, the one they are known by."""
    if not attendee.email:
        return None, None
    person = registration.booker
    if accounts.normalised(attendee.email) != person.email:
        person = accounts.recognise(name=attendee.name, email=attendee.email, language=registration.language)
    return person.email, person.id
