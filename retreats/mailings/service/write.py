"""Writing to those of a gathering: a draft, its changes, sending it, and stopping it on its way."""

from __future__ import annotations

from dataclasses import dataclass

from retreats import clock
from retreats.accounts.models import Person
from retreats.db import Localised, db
from retreats.events import (
    MailingDiscarded,
    MailingDrafted,
    MailingRevised,
    MailingSent,
    MailingStopped,
)
from retreats.mail import service as mail
from retreats.mailings.composing import spoken
from retreats.mailings.models import Mailing
from retreats.mailings.readers import readers_of
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal


class AlreadySent(Refusal):
    """It has gone out: its words stay as they are."""

    code = "mailing_sent"


class ChangedMeanwhile(Refusal):
    """Somebody else changed the draft after this page was opened; nothing was done."""

    code = "changed_meanwhile"


class NobodyToWriteTo(Refusal):
    """Nobody is in its audience just now; it was not sent."""

    code = "nobody_to_write_to"


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a letter says, and to whom."""

    audience: str
    ticket_type_id: int | None
    subject: Localised
    body: Localised


def draft(mailing_id: int, gathering_id: int, words: Words, *, by: int) -> None:
    """Keep it, not sent yet. The same form (`mailing_id`) twice is one draft."""
    if db.session.get(Mailing, mailing_id) is not None:
        return
    db.session.add(Mailing(id=mailing_id, gathering_id=gathering_id, written_by_id=by, written_at=clock.now(),
                           audience=words.audience, ticket_type_id=words.ticket_type_id, subject=words.subject,
                           body=words.body))  # fmt: skip
    db.session.flush()
    emit(MailingDrafted(mailing_id=mailing_id, gathering_id=gathering_id))


def revise(mailing_id: int, words: Words, *, version: int) -> None:
    """Change the draft that was seen as `version`. Raises AlreadySent, or ChangedMeanwhile."""
    mailing = _draft(mailing_id, version)
    if (mailing.audience, mailing.ticket_type_id, mailing.subject, mailing.body) == (
        words.audience, words.ticket_type_id, words.subject, words.body
    ):  # fmt: skip
        return
    mailing.audience, mailing.ticket_type_id = words.audience, words.ticket_type_id
    mailing.subject, mailing.body = words.subject, words.body
    mailing.version, mailing.written_at = mailing.version + 1, clock.now()
    emit(MailingRevised(mailing_id=mailing.id, gathering_id=mailing.gathering_id))


def discard(mailing_id: int) -> None:
    """Delete a draft for good; one that is gone stays gone. Raises AlreadySent."""
    mailing = db.session.get(Mailing, mailing_id, with_for_update=True)
    if mailing is None:
        return
    if mailing.sent_at is not None:
        raise AlreadySent
    db.session.delete(mailing)
    emit(MailingDiscarded(mailing_id=mailing.id, gathering_id=mailing.gathering_id))


def send_out(mailing_id: int, *, version: int) -> None:
    """Send it to whoever is in its audience now. Pressed twice it goes out once.

    Raises ChangedMeanwhile when it is not what was seen as `version`, or NobodyToWriteTo.
    """
    mailing = _locked(mailing_id)
    if mailing.sent_at is not None:
        return
    if mailing.version != version:
        raise ChangedMeanwhile
    if not readers_of(mailing.gathering_id, mailing.audience, mailing.ticket_type_id):
        raise NobodyToWriteTo
    mailing.sent_at = clock.now()
    emit(MailingSent(mailing_id=mailing.id, gathering_id=mailing.gathering_id))


def write_letters(event: MailingSent) -> None:
    """One letter to each reader (a reaction, harmless when it comes twice)."""
    mailing = db.session.get_one(Mailing, event.mailing_id)
    for reader in readers_of(mailing.gathering_id, mailing.audience, mailing.ticket_type_id):
        mail.write("mailings.group", occasion=f"{mailing.id}:{reader.shelf}", shelf=reader.shelf, sending=sending_of(mailing.id),
                   language=spoken(reader.language, mailing.body),
                   about={"mailing_id": mailing.id, "also": list(reader.also), **reader.about})  # fmt: skip


def sending_of(mailing_id: int) -> str:
    """The name under which its letters are written."""
    return f"mailing:{mailing_id}"


def stop(mailing_id: int) -> None:
    """Keep back what has not left. What has arrived has arrived. A draft cannot be stopped: NotFound."""
    mailing = _locked(mailing_id)
    if mailing.sent_at is None:
        raise NotFound
    if mailing.stopped_at is None:
        mailing.stopped_at = clock.now()
        emit(MailingStopped(mailing_id=mailing.id, gathering_id=mailing.gathering_id))


def try_out(mailing_id: int, *, to: int) -> None:
    """Send it to this person of the house only, in each language in which it is written."""
    mailing, person = _locked(mailing_id), db.session.get_one(Person, to)
    for language in (each for each in ("en", "pt") if mailing.body.get(each)):
        mail.write("mailings.tried", occasion=f"{mailing.id}:{mailing.version}:{person.id}:{language}",
                   shelf=f"person:{person.id}", language=language,
                   about={"mailing_id": mailing.id, "person_id": person.id})  # fmt: skip


def _draft(mailing_id: int, version: int) -> Mailing:
    mailing = _locked(mailing_id)
    if mailing.sent_at is not None:
        raise AlreadySent
    if mailing.version != version:
        raise ChangedMeanwhile
    return mailing


def _locked(mailing_id: int) -> Mailing:
    return db.session.get_one(Mailing, mailing_id, with_for_update=True)
