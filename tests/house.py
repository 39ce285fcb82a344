"""Words for arranging: people, gatherings and bookings, as a test wants them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient

from retreats import clock
from retreats.accounts import service as accounts
from retreats.accounts.models import Person, Role
from retreats.booking import service as booking
from retreats.booking.models import Place, Registration
from retreats.catalogue.models import Facilitator, Gathering, Leader, PagePromise, Terms, TicketType, Venue
from retreats.db import db, new_id, writing
from tests.remembering import told


def both(english: str, portuguese: str | None = None) -> dict[str, str]:
    """A text in both languages."""
    return {"en": english, "pt": portuguese or f"{english} (pt)"}


def a_person(email: str, *, name: str = "", role: str | None = None, language: str = "en") -> Person:
    """Somebody, with a role if wanted."""
    with writing() as session:
        person = accounts.recognise(name=name or email.partition("@")[0].title(), email=email, language=language)
        if role is not None:
            session.add(Role(id=new_id(), person_id=person.id, role=role))
    return person


def a_facilitator(email: str = "mira@example.org") -> Facilitator:
    """Mira facilitates."""
    return told(
        ("facilitator", email), lambda: _facilitator(email), lambda found: db.session.get_one(Facilitator, found)
    )


def _facilitator(email: str) -> Facilitator:
    person = a_person(email, role="facilitator")
    facilitator = Facilitator(id=new_id(), person_id=person.id, slug=email.partition("@")[0], line=both("Listens"),
                              training=both("Body-oriented work"), approach=both("Slowly"), languages=["en", "pt"])  # fmt: skip
    with writing() as session:
        session.add(facilitator)
    return facilitator


PROMISE = (
    "will_happen",
    "will_not_happen",
    "may_be_hard",
    "responsible",
    "touch_and_consent",
    "not_well_served",
    "your_words",
)


def a_gathering(
    *,
    slug: str = "june-retreat",
    kind: str = "retreat",
    places: int = 8,
    price: int = 0,
    starts_at: datetime | None = None,
    lasts: timedelta = timedelta(days=2),
    facilitator: Facilitator | None = None,
    **more: Any,
) -> Gathering:
    """A published gathering with one ticket type, led by Mira, with Cleo as its care contact."""
    facilitator = facilitator or a_facilitator(f"mira-{slug}@example.org")
    care = a_person(f"cleo-{slug}@example.org")
    starts_at = starts_at or clock.now() + timedelta(days=60)
    now = clock.now()
    with writing() as session:
        venue = Venue(id=new_id(), slug=f"house-{slug}", name="Casa da Serra", area="Sintra",
                      address="Rua das Camélias 4, Sintra")  # fmt: skip
        gathering = Gathering(
            id=new_id(), slug=slug, kind=kind, state="published", title=both("June retreat", "Retiro de junho"),
            summary=both("Three quiet days"), about=both("Quiet."), venue=venue, languages=["en", "pt"],
            starts_at=starts_at, ends_at=starts_at + lasts, capacity=places, published_at=now,
            care_contact_id=care.id, **more,
        )  # fmt: skip
        gathering.leaders = [Leader(id=new_id(), facilitator_id=facilitator.id)]
        gathering.ticket_types = [TicketType(id=new_id(), name=both("A place"), price_minor=price)]
        session.add(gathering)
        session.flush()
        session.add(PagePromise(id=new_id(), gathering_id=gathering.id, written_at=now,
                                **{part: both(part.replace("_", " ")) for part in PROMISE}))  # fmt: skip
    return gathering


def terms() -> Terms:
    """The terms of booking, first version."""
    with writing() as session:
        found = Terms(id=new_id(), version=1, text=both("Be kind."), valid_from=clock.now() - timedelta(days=1))
        session.add(found)
    return found


def a_booking(gathering: Gathering, *emails: str, name: str = "", language: str = "en") -> Registration:
    """Ada books (with companions, if more addresses are given)."""
    names = [name or email.partition("@")[0].title() for email in emails]
    with writing():
        ticket = db.session.query(TicketType).filter_by(gathering_id=gathering.id).order_by(TicketType.position).first()
        assert ticket is not None
        in_force = db.session.query(Terms).order_by(Terms.version.desc()).first()
        party = booking.Party(
            form_key=f"{new_id():x}",
            booker=booking.Contact(name=names[0], email=emails[0]),
            attendees=[booking.Attendee(name=each, email=email) for each, email in zip(names, emails, strict=True)],
            language=language,
            terms_id=in_force.id if in_force else None,
        )
        return booking.register(gathering.id, ticket.id, party)


def registrations(gathering: Gathering) -> list[Registration]:
    """What was booked, oldest first."""
    return (
        db.session.query(Registration).filter_by(gathering_id=gathering.id).order_by(Registration.registered_at).all()
    )


def places(gathering: Gathering) -> list[Place]:
    """Everybody's place."""
    return db.session.query(Place).filter_by(gathering_id=gathering.id).order_by(Place.position).all()


def sign_in(client: FlaskClient, person: Person, *, proved: bool = True) -> None:
    """This browser is that person's now, and has shown a second factor just before (unless it is not `proved`)."""
    with writing():
        token = accounts.begin_session(person, proved_for=accounts.FRESH if proved else None)
    with client.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
