"""Writing an event down, and knowing what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict

from retreats import clock
from retreats.db import db
from retreats.events import DomainEvent
from retreats.outbox.models import Delivery, Event
from retreats.outbox.reaction import Reaction, Reactions

_reactions: Reactions = {}
running: ContextVar[int] = ContextVar("running")
"""The position of the event whose reaction is running in this thread."""
_actor: ContextVar[int | None] = ContextVar("actor", default=None)


def connect(reactions: Reactions) -> None:
    """Take the page that says what follows from what (reactions.py). Called once, by create_app."""
    _reactions.clear()
    _reactions.update(reactions)


@contextmanager
def acting(person_id: int | None) -> Iterator[None]:
    """Note this person of the house beside every event emitted meanwhile.

    Only the guards of the organisers' and facilitators' screens say so. What somebody does by an own link is never
    noted with a person, whoever is signed in; what follows by itself (a reaction, the clock) is the house's doing.
    """
    token = _actor.set(person_id)
    try:
        yield
    finally:
        _actor.reset(token)


def occurrence() -> str:
    """A name for the one time that the event now reacted to happened: the same when its reaction is repeated."""
    return str(running.get())


def reaction_called(key: str) -> Reaction | None:
    """The reaction a delivery names, or None when the house no longer has it."""
    return next((each for listed in _reactions.values() for each in listed if each.key == key), None)


def emit(event: DomainEvent) -> Event:
    """Write down that this happened, with one delivery for each reaction, in the caller's transaction."""
    payload = asdict(event)
    row = Event(
        name=type(event).__name__,
        payload=payload,
        happened_at=clock.now(),
        registration_id=payload.get("registration_id"),
        gathering_id=payload.get("gathering_id"),
        actor_id=_actor.get(),
    )
    session = db.session()
    session.add(row)
    session.add_all(
        Delivery(
            event=row,
            reaction=each.key,
            errand=each.errand,
            lane=each.lane(event),
            due_at=clock.real_now() + each.after,
        )
        for each in _reactions[type(event)]
    )
    session.info.setdefault("errands", set()).update(each.errand for each in _reactions[type(event)] if not each.after)
    return row
