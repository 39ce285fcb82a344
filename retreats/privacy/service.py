"""Asking to be forgotten, and going on until it is done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from retreats import clock
from retreats.accounts import personal
from retreats.accounts import service as accounts
from retreats.accounts.models import Person
from retreats.catalogue.service import personal as catalogue
from retreats.db import db, new_id
from retreats.events import ErasureAdvanced, ErasureAsked, ErasureDone
from retreats.mail import service as mail
from retreats.outbox import emit
from retreats.privacy import erased_list
from retreats.privacy.erasing import STEPS
from retreats.privacy.models import Erasure
from retreats.refusals import Refusal


class StillNeeded(Refusal):
    """They lead a gathering to come, are its care contact, or are the only organiser: somebody has to follow them first."""

    code = "still_needed"


def why_not(person: Person) -> str | None:
    """Why somebody cannot be erased yet: `gathering` or `last_organiser`; None when they can."""
    if catalogue.is_needed(person.id):
        return "gathering"
    return "last_organiser" if personal.is_last_organiser(person.id) else None


def ask(person_id: int) -> Erasure:
    """From now on the house forgets this person, who is signed out everywhere. Asked twice it is one erasure.

    Raises StillNeeded.
    """
    person = db.session.get_one(Person, person_id, with_for_update=True)
    known = erasure_of(person_id)
    if known is not None:
        return known
    if why_not(person) is not None:
        raise StillNeeded
    erasure = Erasure(id=new_id(), person_id=person_id, asked_at=clock.now(), steps=[])
    db.session.add(erasure)
    accounts.disable(person)
    db.session.flush()
    mail.write("privacy.erasing", occasion=str(erasure.id), shelf=f"person:{person_id}", language=person.language,
               about={"erasure_id": erasure.id, "person_id": person_id})  # fmt: skip
    emit(ErasureAsked(erasure_id=erasure.id))
    return erasure


def erasure_of(person_id: int) -> Erasure | None:
    """The one there is of this person, if any."""
    return db.session.scalar(select(Erasure).where(Erasure.person_id == person_id))


def go_on(event: ErasureAsked | ErasureAdvanced) -> None:
    """Do the next step, or note what it waits for. Repeated, it does nothing: the event says how many were done.

    That it begins and that it is done stands in the list outside the database before it is committed here.
    """
    erasure = db.session.get_one(Erasure, event.erasure_id, with_for_update=True)
    done = event.done if isinstance(event, ErasureAdvanced) else 0
    if erasure.done_at is not None or len(erasure.steps) != done or erasure.waits_for is not None:
        return
    if not done:
        erased_list.keep(erased_list.own_path())
    step = STEPS[done]
    erasure.waits_for = step.waits(erasure.person_id)
    if erasure.waits_for is not None:
        return
    if not step.run(erasure.person_id):
        erasure.waits_for = "letters"
        return
    erasure.steps = [*erasure.steps, step.name]
    if len(erasure.steps) == len(STEPS):
        erasure.done_at = clock.now()
        db.session.flush()
        erased_list.keep(erased_list.own_path())
        emit(ErasureDone(erasure_id=erasure.id))
    else:
        emit(ErasureAdvanced(erasure_id=erasure.id, done=len(erasure.steps)))


def look_again(now: datetime) -> None:
    """The clock's part: what had to wait goes on once nothing is in its way."""
    del now
    waiting = db.session.scalars(
        select(Erasure).where(Erasure.done_at.is_(None), Erasure.waits_for.is_not(None)).order_by(Erasure.id)
    )
    for erasure in waiting:
        reason = STEPS[len(erasure.steps)].waits(erasure.person_id)
        if reason is None:
            emit(ErasureAdvanced(erasure_id=erasure.id, done=len(erasure.steps)))
        erasure.waits_for = reason
