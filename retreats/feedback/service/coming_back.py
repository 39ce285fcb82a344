"""Close for now: on Thursday at ten somebody who led is asked back, by a letter without a word of what is there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import db, new_id
from retreats.events import ComeBackAsked, ComeBackDue
from retreats.feedback.models import ComeBack
from retreats.feedback.service.turns import in_turn
from retreats.feedback.timeline import next_thursday
from retreats.outbox import emit


def close_for_now(gathering: Gathering, *, by: Person) -> datetime:
    """Ask to be asked back; when that will be. Pressed again it is asked once."""
    in_turn("gathering", gathering.id)
    due, known = next_thursday(clock.now(), gathering.zone), asked_back(gathering.id, by.id)
    if known is not None and known.due_at == due:
        return due
    if known is None:
        known = ComeBack(id=new_id(), gathering_id=gathering.id, person_id=by.id)
        db.session.add(known)
    known.due_at = due
    db.session.flush()
    emit(ComeBackAsked(gathering_id=gathering.id, person_id=by.id, moment=int(due.timestamp())))
    return due


def asked_back(gathering_id: int, person_id: int) -> ComeBack | None:
    """When this person wants to be asked back, if they do."""
    return db.session.scalar(
        select(ComeBack).where(ComeBack.gathering_id == gathering_id, ComeBack.person_id == person_id)
    )


def come_backs_due(now: datetime) -> None:
    """Whoever wanted to be asked back by now is."""
    for each in db.session.scalars(select(ComeBack).where(ComeBack.due_at <= now).order_by(ComeBack.id)).all():
        emit(ComeBackDue(gathering_id=each.gathering_id, person_id=each.person_id, moment=int(each.due_at.timestamp())))
        db.session.delete(each)
    db.session.flush()


def next_come_back() -> datetime | None:
    """The next moment at which somebody is asked back."""
    return db.session.scalar(select(func.min(ComeBack.due_at)))
