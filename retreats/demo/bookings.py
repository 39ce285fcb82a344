"""Rows for who booked, what they paid, and who waits; the counters of places are raised with each place."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from retreats.booking.models import TAKING, Answer, LedgerEntry, Place, Registration, WaitingEntry
from retreats.booking.references import new_reference
from retreats.booking.service import entry_mark
from retreats.catalogue.models import Gathering, PagePromise, TicketType
from retreats.db import Base, new_id
from retreats.demo.content import Table
from retreats.demo.house import Community
from retreats.payments.models import Attempt, Refund
from retreats.questions.models import Form

_PAYING = timedelta(minutes=4)
_CHECKOUT = timedelta(minutes=31)


def book(
    table: Table,
    *,
    tickets: dict[str, TicketType],
    promise: PagePromise,
    form: Form,
    community: Community,
    presence: str | None = None,
) -> list[Base]:
    """Rows for one `[[bookings]]` of a gathering: registration, places, answers, and the money if there was any.

    `presence` is what somebody said about who came, where somebody did.
    """
    ticket = tickets[table["ticket"]]
    registration = _registration(table, ticket, promise, community)
    questions = {question.key: question.id for question in form.questions}
    for position, each in enumerate(table["places"]):
        place = _place(each, registration, ticket, community)
        place.position, place.presence = position, presence if place.state == "confirmed" else None
        place.answers = [
            Answer(id=new_id(), question_id=questions[key], text=text) for key, text in each.get("answers", {}).items()
        ]
        registration.places.append(place)
    _count(registration, ticket)
    return [registration, *_money(registration, table, community)]


def wait(table: Table, *, gathering: Gathering, community: Community) -> WaitingEntry:
    """The row for one `[[waiting]]`."""
    person = community.people[table["who"]]
    return WaitingEntry(
        id=new_id(),
        gathering=gathering,
        name=person.name,
        email=person.email,
        language=person.language,
        party=table.get("party", 1),
        note=table.get("note", ""),
        joined_at=community.ago(table["days_ago"]),
    )


def _registration(table: Table, ticket: TicketType, promise: PagePromise, community: Community) -> Registration:
    gathering, booker = ticket.gathering, community.people[table["by"]]
    return Registration(
        id=new_id(),
        reference=new_reference(),
        gathering=gathering,
        booker=booker,
        form_key=secrets.token_urlsafe(18),
        state="cancelled" if "cancelled_days_ago" in table else "confirmed",
        language=booker.language,
        agreed_minor=ticket.price_minor * len(table["places"]),
        currency=ticket.currency,
        refund_tiers=gathering.refund_tiers,
        terms=community.terms,
        promise=promise,
        registered_at=community.ago(table["days_ago"], minutes=_spread(table["by"])),
    )


def _place(table: Table, registration: Registration, ticket: TicketType, community: Community) -> Place:
    person = community.people.get(table.get("who", ""))
    gathering = registration.gathering
    confirmed_at = registration.registered_at + (_PAYING if ticket.price_minor else timedelta(0))
    return Place(
        id=new_id(),
        reference=new_reference(),
        gathering=gathering,
        ticket_type=ticket,
        price_minor=ticket.price_minor,
        name=person.name if person else table["name"],
        email=person.email if person else None,
        person=person,
        language=person.language if person else registration.language,
        state=registration.state,
        uid=f"pl-{new_id():x}-{gathering.id:x}@{community.host}",
        entry_mark=entry_mark(gathering),
        changed_at=confirmed_at,
        confirmed_at=confirmed_at,
    )


def _count(registration: Registration, ticket: TicketType) -> None:
    taken = sum(place.state in TAKING for place in registration.places)
    ticket.taken += taken
    registration.gathering.taken += taken


def _money(registration: Registration, table: Table, community: Community) -> list[Base]:
    rows: list[Base] = []
    attempt = _paid(registration) if registration.agreed_minor else None
    if attempt is not None:
        rows.append(attempt)
    if "cancelled_days_ago" in table:
        cancelled_at = community.ago(table["cancelled_days_ago"])
        for place in registration.places:
            place.changed_at = place.cancelled_at = cancelled_at
            place.sequence = 1
            if attempt is not None:
                place.refund_minor = place.price_minor * table["refund_percent"] // 100
                rows.append(_refunded(place, attempt, at=cancelled_at))
    return rows


def _paid(registration: Registration) -> Attempt:
    """A payment that was captured. Its ids begin as those of the demonstration do (`history.py`)."""
    opened_at, intent = registration.registered_at, f"pi_demo_{secrets.token_hex(12)}"
    attempt_id = new_id()
    registration.ledger.append(
        LedgerEntry(
            id=new_id(),
            kind="captured",
            amount_minor=registration.agreed_minor,
            currency=registration.currency,
            provider_ref=f"capture:{intent}",
            entered_at=opened_at + _PAYING,
        )
    )
    return Attempt(
        id=attempt_id,
        registration=registration,
        number=1,
        state="captured",
        parameters={"metadata": {"registration": registration.reference, "attempt": f"{attempt_id:x}"}},
        idempotency_key=f"checkout-{attempt_id:x}",
        amount_minor=registration.agreed_minor,
        currency=registration.currency,
        session_id=f"cs_demo_{secrets.token_hex(12)}",
        payment_intent=intent,
        opened_at=opened_at,
        expires_at=opened_at + _CHECKOUT,
        settled_at=opened_at + _PAYING,
    )


def _refunded(place: Place, attempt: Attempt, *, at: datetime) -> Refund:
    """What went back for one cancelled place."""
    registration, amount = attempt.registration, place.refund_minor
    stripe_refund_id = f"re_demo_{secrets.token_hex(12)}"
    registration.ledger.append(
        LedgerEntry(
            id=new_id(),
            kind="refunded",
            amount_minor=-amount,
            currency=registration.currency,
            provider_ref=f"refund:{stripe_refund_id}",
            entered_at=at + _PAYING,
        )
    )
    return Refund(
        id=new_id(),
        registration=registration,
        attempt=attempt,
        occasion=f"place:{place.id}:{attempt.id}",
        amount_minor=amount,
        currency=registration.currency,
        state="refunded",
        stripe_refund_id=stripe_refund_id,
        requested_at=at,
    )


def _spread(name: str) -> int:
    """Minutes within ten hours, the same for the same name: people do not all book at the same minute."""
    return sum(ord(letter) * (index + 7) for index, letter in enumerate(name)) % 600
