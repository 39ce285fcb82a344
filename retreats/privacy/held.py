"""Everything the house holds of one person, gathered from every slice: plain values, nobody else's."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from retreats import clock
from retreats.accounts import personal as accounts
from retreats.accounts.access import AccessNote
from retreats.accounts.models import Person
from retreats.booking.queries import of_person
from retreats.booking.service import personal as booking
from retreats.catalogue.service import personal as catalogue
from retreats.conversation import service as conversation
from retreats.db import db
from retreats.feedback.service import personal as feedback
from retreats.health import service as health
from retreats.languages import language
from retreats.mail import failures, unreachable
from retreats.mail import queries as shelf
from retreats.mail import service as mail
from retreats.outbox.models import Event
from retreats.practices import service as practices
from retreats.privacy.erasing import shelves

Held = dict[str, Any]


def held(person_id: int, *, composed: bool = True) -> Held:
    """By part of the house, with letters `composed` anew. Sealed words are not in it: they are found by their own link
    only.
    """
    return {
        "made_at": clock.now(),
        "language": language(),
        **accounts.export(person_id),
        **catalogue.export(person_id),
        **booking.export(person_id),
        **feedback.export(person_id),
        **practices.export(person_id),
        **conversation.export(person_id),
        **health.export(person_id),
        "letters": _letters(person_id) if composed else shelf.on_shelf(*shelves(person_id)),
        "unreachable": [
            {"address": each.address, "joined_at": each.since, "failure": failures.said(each.failure)}
            for each in unreachable.among([db.session.get_one(Person, person_id).email])
        ],
        "history": _history(person_id),
        "who_looked": looks(person_id),
    }


def looks(person_id: int) -> list[dict[str, Any]]:
    """Who looked at something confidential of theirs, and when."""
    return [
        {"who": note.actor.name, "what": what, "why": note.why, "day": note.day} for what, note in looked_at(person_id)
    ]


def looked_at(person_id: int) -> list[tuple[str, AccessNote]]:
    """Each look at something confidential of theirs with what it was, `care` or `health`, the latest first."""
    found = [("care", each) for each in feedback.looks_at(person_id)]
    found += [("health", each) for each in health.looks_at(person_id)]
    return sorted(found, key=lambda pair: pair[1].day, reverse=True)


def _letters(person_id: int) -> list[dict[str, Any]]:
    """What the house wrote to them, composed anew from what is true now; of what is no longer true, that it was sent."""
    found = []
    for letter in shelf.on_shelf(*shelves(person_id)):
        try:
            words = mail.composed(letter)
            said: dict[str, str | None] = {"subject": words.subject, "text": words.text}
        except mail.NoLongerNeeded:
            said = {"subject": None, "text": None}
        found.append({"kind": letter.kind, "written_at": letter.written_at, "sent_at": letter.sent_at, **said})
    return found


def _history(person_id: int) -> list[dict[str, Any]]:
    """What happened to their bookings."""
    booked = {each.id: each.reference for each in of_person(person_id)}
    events = db.session.scalars(
        select(Event).where(Event.registration_id.in_(booked)).order_by(Event.position)
    )  # fmt: skip
    return [
        {"reference": booked[each.registration_id], "what": each.name, "on": each.happened_at}
        for each in events
        if each.registration_id
    ]
