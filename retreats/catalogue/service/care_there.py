"""A gathering is open for booking only while its care contact is there and does not lead it."""

from __future__ import annotations

from sqlalchemy import select

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue import queries
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.events import BookingPaused, BookingWentOn, GatheringChanged, PersonDisabled, PersonEnabled
from retreats.outbox import emit


def pause(event: PersonDisabled) -> None:
    """Whoever is care contact of something to come is no longer there."""
    _judge_those_of(event.person_id)


def go_on(event: PersonEnabled) -> None:
    """They are there again."""
    _judge_those_of(event.person_id)


def look_again(event: GatheringChanged) -> None:
    """Other people may lead it now, or look after it."""
    _judge(db.session.get_one(Gathering, event.gathering_id))


def is_disabled(person_id: int) -> bool:
    """Whether the house no longer lets this person in."""
    return (
        db.session.scalar(select(Person.id).where(Person.id == person_id, Person.disabled_at.is_not(None))) is not None
    )


def _judge_those_of(person_id: int) -> None:
    for each in db.session.scalars(select(Gathering).where(Gathering.care_contact_id == person_id)):
        _judge(each)


def _judge(gathering: Gathering) -> None:
    """Pause it or let it go on, whichever is true now; what stands already is left alone."""
    if gathering.state != "published":
        return
    contact = gathering.care_contact_id
    is_there = contact is not None and not (is_disabled(contact) or queries.is_led_by(gathering, contact))
    if is_there == (gathering.paused_at is None):
        return
    gathering.paused_at = None if is_there else clock.now()
    gathering.version += 1
    db.session.flush()
    emit(BookingWentOn(gathering_id=gathering.id) if is_there else BookingPaused(gathering_id=gathering.id))
