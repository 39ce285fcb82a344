"""Writing a letter (in the caller's transaction), and delivering it (by the worker, outside any transaction)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import delete, select

from retreats import clock, faults
from retreats.db import db, let_go, new_id, writing
from retreats.events import LetterWritten
from retreats.house.queries import current
from retreats.languages import locale_of, spoken_to
from retreats.mail import failures, unreachable
from retreats.mail.message import Envelope, compose
from retreats.mail.models import Letter, UnreachableAddress
from retreats.mail.transport import MailFailure, MailRefused, send
from retreats.outbox import emit, resting
from retreats.outbox.models import Delivery


@dataclass(frozen=True, kw_only=True)
class Composed:
    """A letter in words: what a slice's `letters.py` makes of a Letter row."""

    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    calendar: bytes | None = None
    calendar_method: Literal["REQUEST", "CANCEL"] | None = None


class NoLongerNeeded(Exception):
    """What this letter would say is no longer true; it is put aside."""


ALWAYS_TRIED = "accounts."
"""Letters that somebody has just asked for at this address: they are the proof that it is right."""
NOBODYS = "@erased.invalid"
"""What the address of an erased person ends with: no letter leaves for it."""
Composer = Callable[[Letter], Composed]
_composers: dict[str, Composer] = {}


def connect(composers: dict[str, Composer]) -> None:
    """Take the list of who composes which letter (reactions.py). Called once, by create_app."""
    _composers.clear()
    _composers.update(composers)


def write(
    kind: str, *, occasion: str, shelf: str, language: str, about: dict[str, Any], sending: str | None = None
) -> Letter | None:
    """Let this letter go out after the commit. None when one for this occasion was written before.

    `shelf` says on whose page it will stand and keeps that reader's letters in order; `sending` names those written
    together, so that one can see how far they have come.
    """
    occasion = f"{kind}:{occasion}"
    if db.session.scalar(select(Letter.id).where(Letter.occasion == occasion)) is not None:
        return None
    letter_id = new_id()
    letter = Letter(
        id=letter_id,
        kind=kind,
        occasion=occasion,
        shelf=shelf,
        sending=sending,
        about=about,
        language=language,
        message_id=f"<{letter_id:x}@{urlsplit(current_app.config['SITE_URL']).hostname}>",
        written_at=clock.now(),
    )
    db.session.add(letter)
    emit(LetterWritten(letter_id=letter_id, lane=shelf, registration_id=about.get("registration_id")))
    return letter


def write_again(letter: Letter, *, turn: int, language: str, about: dict[str, Any]) -> Letter | None:
    """Let a letter go out once more, from what is true now; one that reached no mailbox is put aside for it.

    `turn` is how often it had been written when somebody asked: pressed twice it is sent once (then None comes back).
    """
    if letter.failed_at is not None and letter.sent_at is None:
        put_aside(letter.shelf)
    first = letter.occasion.removeprefix(f"{letter.kind}:").partition(":again:")[0]
    return write(letter.kind, occasion=f"{first}:again:{turn}", shelf=letter.shelf, language=language, about=about,
                 sending=letter.sending)  # fmt: skip


def put_aside(shelf: str) -> bool:
    """Give up what reached no mailbox from this shelf, because it is sent elsewhere or anew. Whether there was any."""
    refused = db.session.scalars(
        select(Letter).where(Letter.shelf == shelf, Letter.failed_at.is_not(None), Letter.sent_at.is_(None))
    ).all()
    for letter in refused:
        letter.failed_at, letter.dropped_at = None, clock.now()
    resting.drop_lanes([shelf])
    return bool(refused)


def move_shelf(old_id: int, new_id: int) -> None:
    """The letters on one person's shelf stand on another's from now on, and are composed for them."""
    for letter in db.session.scalars(select(Letter).where(Letter.shelf == f"person:{old_id}")):
        letter.shelf = f"person:{new_id}"
        if letter.about.get("person_id") == old_id:
            letter.about = letter.about | {"person_id": new_id}
    db.session.flush()


def composed(letter: Letter) -> Composed:
    """The letter in words, in its reader's language, from what is true now. Raises NoLongerNeeded."""
    with force_locale(locale_of(spoken_to(letter.language))):
        return _composers[letter.kind](letter)


def deliver(event: LetterWritten) -> None:
    """Compose and send one letter, unless it was sent before. Raises MailFailure, and is then tried again.

    After a crash between SMTP's "250" and our commit it goes out twice at most, with the same Message-ID.
    """
    letter = db.session.get_one(Letter, event.letter_id)
    if letter.sent_at or letter.dropped_at:
        return
    try:
        words: Composed | None = composed(letter)
    except NoLongerNeeded:
        words = None
    if words is None or words.to_address.endswith(NOBODYS):
        _mark(letter.id, dropped_at=clock.now())
        return
    marked = unreachable.find(words.to_address)
    if marked is not None and not letter.kind.startswith(ALWAYS_TRIED):
        raise MailRefused(failures.KEPT_BACK)
    envelope = Envelope(
        to_name=words.to_name,
        to_address=words.to_address,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=letter.message_id,
        sent_at=letter.written_at,
        language=locale_of(spoken_to(letter.language)).replace("_", "-"),
        calendar=words.calendar,
        calendar_method=words.calendar_method,
    )
    let_go()
    faults.point("before smtp")
    try:
        send(current_app.extensions["mail"], compose(envelope, sender=sender()))
    except MailFailure as failure:
        failure.to_address = words.to_address
        raise
    faults.point("after smtp")
    _mark(letter.id, sent_at=clock.now(), failed_at=None, failure=None, arrived_at=marked)


def give_up(event: LetterWritten, sentence: str, error: Exception) -> None:
    """It is not tried any more: said with the letter, and with the address where the answer was about that.

    Part of the transaction in which its delivery comes to rest.
    """
    letter = db.session.get_one(Letter, event.letter_id)
    letter.failed_at, letter.failure = clock.now(), sentence.partition(": ")[2] or sentence
    if isinstance(error, MailFailure) and error.is_about_address:
        unreachable.mark(error.to_address, letter.failure, is_soft=not error.permanent)


def sender() -> tuple[str, str]:
    """Who the house's letters are from: its name and its one address."""
    house = current()
    return house.name, house.email


def _mark(letter_id: int, *, arrived_at: UnreachableAddress | None = None, **values: Any) -> None:
    """Write down what became of a letter; where it has arrived at a marked address, that takes letters again."""
    with writing() as session:
        if arrived_at is not None:
            unreachable.clear(arrived_at.id)
        letter = session.get_one(Letter, letter_id)
        for name, value in values.items():
            setattr(letter, name, value)


def undelivered(*shelves: str) -> bool:
    """Whether a letter from one of these shelves is still to be sent; what rests or was refused is not waited for."""
    waiting = (
        select(Delivery.id)
        .where(Delivery.lane.in_(shelves), Delivery.done_at.is_(None), Delivery.rests_at.is_(None))
        .limit(1)
    )
    return db.session.scalar(waiting) is not None


def drop_waiting(shelves: list[str]) -> None:
    """What is still to be sent from these shelves never is."""
    for letter in db.session.scalars(
        select(Letter).where(Letter.shelf.in_(shelves), Letter.sent_at.is_(None), Letter.dropped_at.is_(None))
    ):
        letter.dropped_at = clock.now()
    db.session.flush()


def let_go_of(shelves: list[str], address: str) -> None:
    """Nothing that rests from these shelves is tried again, and nothing is known of this address any more."""
    resting.drop_lanes(shelves)
    db.session.execute(delete(UnreachableAddress).where(UnreachableAddress.address == address))
