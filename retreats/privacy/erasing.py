"""Being forgotten, step by step. Each step is one commit with its mark, so a dead worker goes on where it stopped.

What cannot wait goes first, names and addresses last: letters and money that are still on their way need them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from retreats.accounts import personal as accounts
from retreats.accounts.models import Person
from retreats.booking.models import Registration
from retreats.booking.service import personal as booking
from retreats.catalogue.service import personal as catalogue
from retreats.conversation import service as conversation
from retreats.db import db
from retreats.feedback import service as feedback
from retreats.health import service as health
from retreats.mail import service as mail
from retreats.outbox import resting
from retreats.payments import queries as payments
from retreats.practices import service as practices


@dataclass(frozen=True)
class Step:
    """One step: what it has to wait for (None: nothing), and what it does (False: something has to settle first)."""

    name: str
    waits: Callable[[int], str | None]
    run: Callable[[int], bool]


def _at_once(person_id: int) -> str | None:
    del person_id
    return None


def _until_home(person_id: int) -> str | None:
    return "running" if booking.is_there_now(person_id) else None


def _until_settled(person_id: int) -> str | None:
    booked = list(db.session.scalars(select(Registration.id).where(Registration.booker_id == person_id)))
    moving = payments.still_moving(booked)
    if moving:
        return moving
    follows = resting.is_under_way(booked) or mail.undelivered(*shelves(person_id))
    return "letters" if follows else None


def shelves(person_id: int) -> list[str]:
    """Where the letters to somebody stand."""
    return [f"person:{person_id}", *booking.shelves_of(person_id)]


def _give_back(person_id: int) -> bool:
    booking.give_back_coming(person_id)
    return True


def _forget_answers(person_id: int) -> bool:
    booking.forget_answers(person_id)
    health.forget(person_id)
    return True


def _forget_words(person_id: int) -> bool:
    feedback.forget(person_id)
    _forget_between(person_id)
    return True


def _forget_between(person_id: int) -> None:
    """What they planned, noted and said between and after sessions."""
    practices.forget(person_id)
    conversation.forget(person_id)


def _forget_names(person_id: int) -> bool:
    """What was booked with this address since is given back first, and its letters and refunds waited for."""
    if booking.give_back_coming(person_id):
        return False
    booking.forget_answers(person_id)
    feedback.forget(person_id)
    _forget_between(person_id)
    health.forget(person_id)
    catalogue.forget(person_id)
    mail.let_go_of(shelves(person_id), db.session.get_one(Person, person_id).email)
    booking.forget_names(person_id)
    return True


def _forget_person(person_id: int) -> bool:
    accounts.forget(person_id)
    return True


STEPS = (
    Step("places", _until_home, _give_back),
    Step("answers", _at_once, _forget_answers),
    Step("words", _at_once, _forget_words),
    Step("names", _until_settled, _forget_names),
    Step("person", _at_once, _forget_person),
)
