"""Erasing again whom an older copy of the database has brought back, before anybody sees them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import func, select

from retreats import clock
from retreats.accounts.models import Person
from retreats.accounts.owning import LastOwner
from retreats.booking.service import personal as booking
from retreats.db import db, new_id
from retreats.events import ErasedAgain, ErasureAdvanced, ErasureAsked, ErasureDone
from retreats.mail import service as mail
from retreats.outbox import emit, resting
from retreats.outbox.models import Event
from retreats.privacy import erased_list, service
from retreats.privacy.erasing import STEPS, shelves
from retreats.privacy.models import Erasure


def erase_again(others: Iterable[Path] = (), *, always_say: bool = False) -> int:
    """Erase at once everybody whose erasure the lists call done, and begin again what they call begun. How many there were.

    The list of this machine is read, and `others`; it is brought up to date. `always_say` writes down that it was looked,
    also when there was nobody. Raises OSError.
    """
    own, others = erased_list.own_path(), list(others)
    found = erased_list.read([own, *others])
    back = _who_is_back(found)
    for person_id in back["done"]:
        _at_once(person_id)
    for person_id in back["begun"]:
        _begin(person_id)
    count = len(back["done"]) + len(back["begun"])
    if count or always_say:
        emit(ErasedAgain(done=len(back["done"]), begun=len(back["begun"]), lists=found.lists))
        db.session.flush()
    if found.lists:
        erased_list.keep(own, also=others)
    return count


def _who_is_back(found: erased_list.Erased) -> dict[str, list[int]]:
    """Whose erasure is not as far here as the lists say. A record that became somebody else's goes with theirs."""
    back: dict[str, list[int]] = {"done": [], "begun": []}
    if not found.done and not found.begun:
        return back
    people = select(Person.id, Erasure.id.is_not(None)).outerjoin(Erasure, Erasure.person_id == Person.id)
    there = people.where(Person.merged_into_id.is_(None), Erasure.done_at.is_(None)).order_by(Person.id)
    for person_id, is_begun in db.session.execute(there):
        mark = erased_list.mark_of(person_id)
        if mark in found.done:
            back["done"].append(person_id)
        elif mark in found.begun and not is_begun:
            back["begun"].append(person_id)
    return back


def _at_once(person_id: int) -> None:
    """All of it now. It was done before, with what goes back and every letter: nothing of that is done twice."""
    person = db.session.get_one(Person, person_id, with_for_update=True)
    erasure = service.erasure_of(person_id)
    if erasure is None:
        erasure = Erasure(id=new_id(), person_id=person.id, asked_at=clock.now(), steps=[])
        db.session.add(erasure)
    last = db.session.scalar(select(func.max(Event.position))) or 0
    booking.let_places_go(person_id)
    db.session.flush()
    resting.drop_since(last)
    mail.drop_waiting(shelves(person_id))
    for step in STEPS[1:]:
        step.run(person_id)
    erasure.steps, erasure.waits_for, erasure.done_at = [step.name for step in STEPS], None, clock.now()
    emit(ErasureDone(erasure_id=erasure.id))
    db.session.flush()


def _begin(person_id: int) -> None:
    """As if they asked now, as far as it goes at once; what has to wait, waits. Who is needed first is left as they are."""
    try:
        erasure = service.ask(person_id)
    except (service.StillNeeded, LastOwner):
        return
    service.go_on(ErasureAsked(erasure_id=erasure.id))
    while erasure.waits_for is None and erasure.done_at is None:
        service.go_on(ErasureAdvanced(erasure_id=erasure.id, done=len(erasure.steps)))


def said_since(position: int) -> ErasedAgain | None:
    """What was erased again since that event, together; None when nobody has looked."""
    rows = db.session.scalars(
        select(Event.payload).where(Event.name == ErasedAgain.__name__, Event.position > position)
    ).all()
    if not rows:
        return None
    return ErasedAgain(
        done=sum(each["done"] for each in rows),
        begun=sum(each["begun"] for each in rows),
        lists=max(each["lists"] for each in rows),
    )
