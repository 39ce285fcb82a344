"""Whether the promises of domain.md hold (I1–I7), from what the database, the provider and the mail server say.

It reads tables and octets only, and asks none of the code that it judges. Every violation is a sentence.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from retreats.booking.models import LedgerEntry, Place, Registration, WaitingEntry
from retreats.catalogue.models import Gathering, TicketType
from retreats.mail.models import Letter
from retreats.outbox.models import Delivery, Event
from retreats.payments.models import Attempt, OpenItem, Refund

TAKING = ("held", "confirmed")


@dataclass(frozen=True)
class World:
    """What is judged. `account` is what the provider says of each payment; `mails` came out of the mail server."""

    session: Session
    account: dict[str, Any]
    mails: list[bytes]
    reactions: dict[str, set[str]]
    """From the name of an event to the keys of what follows from it."""
    now: datetime
    """Real time: what was never tried and is due only later may stand there undone."""
    deaths: int = 0
    """How often a process was killed: each may have left one letter twice."""
    seed: int = 0


def violations(world: World) -> list[str]:
    """What is not as promised. Empty when all is well and nothing is left to do."""
    checks = (places, money, ends_of_payments, deliveries, effects, waiting_lists, letters, calendars)
    return [f"{check.__name__}: {sentence}" for check in checks for sentence in check(world)]


def places(world: World) -> Iterator[str]:
    """I1: the counter that decides and the rows agree, and neither is above the capacity."""
    for kind, column in ((Gathering, Place.gathering_id), (TicketType, Place.ticket_type_id)):
        counted = select(column, func.count()).where(Place.state.in_(TAKING)).group_by(column)
        rows = dict(world.session.execute(counted).all())
        for each in world.session.scalars(select(kind)):
            found = rows.get(each.id, 0)
            if each.taken != found:
                yield f"{kind.__name__} {each.id} counts {each.taken} places and has {found}"
            if each.capacity is not None and found > each.capacity:
                yield f"{kind.__name__} {each.id} has {found} places of {each.capacity}"


def money(world: World) -> Iterator[str]:
    """I2: each payment's captured − refunded − lost is the provider's, to the cent; never refunded above captured."""
    theirs = {intent: each for intent, each in world.account["payment_intents"].items() if any(_sums(each))}
    ours = _our_books(world.session)
    for intent in sorted(theirs.keys() | ours.keys()):
        said, known = _sums(theirs.get(intent, {})), ours.get(intent, (0, 0, 0))
        if said != known:
            yield f"{intent}: the provider says {said}, our ledger {known} (captured, refunded, lost)"
        if known[1] > known[0]:
            yield f"{intent}: {known[1]} went back of {known[0]}"


def _sums(entry: dict[str, Any]) -> tuple[int, int, int]:
    return entry.get("captured", 0), entry.get("refunded", 0), entry.get("lost", 0)


def _our_books(session: Session) -> dict[str, tuple[int, int, int]]:
    refunds = {each.stripe_refund_id: each.attempt_id for each in session.scalars(select(Refund))}
    attempts = {each.id: each for each in session.scalars(select(Attempt).where(Attempt.payment_intent.is_not(None)))}
    by_intent = {each.payment_intent: each for each in attempts.values()}
    books: dict[str, list[int]] = {}
    for entry in session.scalars(select(LedgerEntry).where(LedgerEntry.provider_ref.not_like("by-hand:%"))):
        kind, _, ref = entry.provider_ref.partition(":")
        if kind == "capture":
            attempt = by_intent[ref]
        elif kind.startswith("refund"):
            attempt = attempts[refunds[ref]]
        else:
            attempt = next(each for each in attempts.values()
                           if each.registration_id == entry.registration_id and each.dispute)  # fmt: skip
        line = books.setdefault(str(attempt.payment_intent), [0, 0, 0])
        place = {"captured": 0, "refunded": 1, "returned": 1, "lost": 2}[entry.kind]
        line[place] += entry.amount_minor if entry.kind == "captured" else -entry.amount_minor
    return {intent: (line[0], line[1], line[2]) for intent, line in books.items()}


def ends_of_payments(world: World) -> Iterator[str]:
    """I3: each captured payment is a place, or went back as was agreed, or is an open item; exactly one of them."""
    session = world.session
    agreed = _agreed_refunds(session)
    items = set(session.scalars(select(OpenItem.registration_id)))
    for attempt in session.scalars(select(Attempt).where(Attempt.state == "captured")):
        registration = session.get_one(Registration, attempt.registration_id)
        back = sum(each.amount_minor for each in
                   session.scalars(select(Refund).where(Refund.attempt_id == attempt.id, Refund.state == "refunded")))  # fmt: skip
        ends = {
            "a place": registration.state == "confirmed" and back == agreed.get(registration.id, 0),
            "a refund": registration.state != "confirmed" and back == agreed.get(registration.id, attempt.amount_minor),
            "an open item": registration.id in items,
        }
        found = [name for name, is_so in ends.items() if is_so]
        if len(found) != 1 and not (attempt.dispute and "an open item" in found):
            yield f"{registration.reference}, {registration.state}, {back} of {attempt.amount_minor} back: {found}"


def _agreed_refunds(session: Session) -> Counter[int]:
    """What was promised for cancelled places, by registration."""
    promised: Counter[int] = Counter()
    for event in session.scalars(select(Event).where(Event.name == "PlaceCancelled")):
        promised[event.payload["registration_id"]] += event.payload["refund_minor"]
    return promised


def deliveries(world: World) -> Iterator[str]:
    """I4: what follows from each event stands there, and is done or waits for its time."""
    found: dict[int, set[str]] = {}
    for each in world.session.scalars(select(Delivery)):
        found.setdefault(each.event_position, set()).add(each.reaction)
        if each.done_at is None and not (each.attempts == 0 and each.rests_at is None and each.due_at > world.now):
            state = f"rests: {each.last_error}" if each.rests_at else f"is due at {each.due_at}, tried {each.attempts}"
            yield f"{each.reaction} of event {each.event_position} {state}"
    for event in world.session.scalars(select(Event)):
        if found.get(event.position, set()) != world.reactions[event.name]:
            yield f"{event.name} {event.position} has {found.get(event.position)}, not {world.reactions[event.name]}"


ONCE = {
    "RegistrationConfirmed": "registration_id",
    "HoldLapsed": "registration_id",
    "PlaceUnavailable": "registration_id",
    "PlaceCancelled": "place_id",
    "CheckoutOpened": "attempt_id",
    "PaymentReceived": "attempt_id",
    "PaymentFailed": "attempt_id",
    "PaymentAwaited": "attempt_id",
    "RefundRequested": "refund_id",
    "RefundMade": "refund_id",
    "StripeNoticed": "notice_id",
    "WaitingListJoined": "entry_id",
    "LetterWritten": "letter_id",
    "GatheringCancelled": "gathering_id",
}


def effects(world: World) -> Iterator[str]:
    """I4: each fact happened once, and no state is without its event."""
    session = world.session
    happened: Counter[tuple[str, Any]] = Counter()
    for event in session.scalars(select(Event).where(Event.name.in_(ONCE))):
        happened[event.name, event.payload[ONCE[event.name]]] += 1
    for (name, of), times in happened.items():
        if times != 1:
            yield f"{name} of {of} happened {times} times"
    for name, ids in _states(session):
        for each in ids:
            if not happened[name, each]:
                yield f"{each} is so without {name}"


def _states(session: Session) -> Iterator[tuple[str, list[Any]]]:
    """What must have happened, for things to be as they are."""
    yield "RegistrationConfirmed", _all(session, select(Registration.id).where(Registration.state == "confirmed"))
    yield "HoldLapsed", _all(session, select(Registration.id).where(Registration.state == "lapsed"))
    yield "PlaceCancelled", _all(session, select(Place.id).where(Place.state == "cancelled"))
    yield "PaymentReceived", _all(session, select(Attempt.id).where(Attempt.state == "captured"))
    yield "PaymentFailed", _all(session, select(Attempt.id).where(Attempt.state == "failed"))
    yield "RefundRequested", _all(session, select(Refund.id).where(Refund.occasion.not_like("dashboard:%")))
    yield "RefundMade", _all(session, select(Refund.id).where(Refund.state == "refunded"))
    yield "WaitingListJoined", _all(session, select(WaitingEntry.id))
    yield "LetterWritten", _all(session, select(Letter.id))


def _all(session: Session, query: Any) -> list[Any]:
    return list(session.scalars(query))


def waiting_lists(world: World) -> Iterator[str]:
    """I5: whoever joined and did not leave is on the list, in the order in which they came."""
    session = world.session
    joined = session.scalars(select(Event).where(Event.name == "WaitingListJoined").order_by(Event.position))
    came = [event.payload["entry_id"] for event in joined]
    on_it = select(WaitingEntry.id).order_by(WaitingEntry.joined_at, WaitingEntry.id)
    listed = _all(session, on_it)
    if listed != came:
        yield f"{came} joined the waiting lists, and they hold {listed}"


def letters(world: World) -> Iterator[str]:
    """I6: every letter that went out is in the mail server; one for each death may be there twice; none is unknown.

    Who dies between the mail server's "250" and the commit sends the letter again, or finds it no longer true then.
    """
    arrived = Counter(message_from_bytes(mail)["Message-ID"].strip() for mail in world.mails)
    known = {each.message_id: each for each in world.session.scalars(select(Letter))}
    for message_id in arrived.keys() - known.keys():
        yield f"{message_id} was never written"
    unsure = 0
    for message_id, letter in known.items():
        times = arrived[message_id]
        if letter.sent_at and not times:
            yield f"{letter.kind} {letter.occasion} counts as sent and never arrived"
        if not letter.sent_at and not letter.dropped_at:
            yield f"{letter.kind} {letter.occasion} is neither sent nor put aside"
        unsure += max(0, times - (1 if letter.sent_at else 0))
    if unsure > world.deaths:
        yield f"{unsure} letters went out once more than they should, after {world.deaths} deaths"


@dataclass(frozen=True)
class Said:
    """One calendar message."""

    method: str
    uid: str
    sequence: int
    stamp: str
    start: str
    status: str


def calendars(world: World) -> Iterator[str]:
    """I7: a calendar that gets a place's messages, in any order, ends where the database is."""
    said: dict[str, list[Said]] = {}
    for mail in world.mails:
        for message in _calendar_messages(mail):
            said.setdefault(message.uid, []).append(message)
    chance = random.Random(world.seed)
    for place in world.session.scalars(select(Place).where(Place.email.is_not(None))):
        messages = said.get(place.uid, [])
        for _ in range(4):
            shown = _after(chance.sample(messages, len(messages)))
            if (shown is not None) != (place.state == "confirmed"):
                yield f"place {place.reference} is {place.state}, its calendar shows {shown}"
                break


def _after(messages: list[Said]) -> Said | None:
    """What a calendar shows that got these in this order: the highest SEQUENCE holds, then the later DTSTAMP."""
    shown: Said | None = None
    for message in messages:
        if shown is None or (message.sequence, message.stamp) >= (shown.sequence, shown.stamp):
            shown = message
    return None if shown is None or shown.method == "CANCEL" or shown.status == "CANCELLED" else shown


def _calendar_messages(mail: bytes) -> Iterator[Said]:
    for part in message_from_bytes(mail).walk():
        if part.get_content_type() == "text/calendar":
            lines = re.sub(rb"\r?\n[ \t]", b"", part.get_payload(decode=True)).decode("utf-8")
            found = dict(re.findall(r"(?m)^([A-Z-]+)(?:;[^:\r\n]*)?:(.*?)\r?$", lines)[::-1])
            yield Said(found["METHOD"], found["UID"], int(found["SEQUENCE"]), found["DTSTAMP"], found["DTSTART"],
                       found.get("STATUS", ""))  # fmt: skip
