"""Reminders of what one chose: weekly at nine in the morning, four in all, only to who asked, and over at once when they say so."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from retreats import clock
from retreats.booking.models import Place
from retreats.db import db, new_id
from retreats.events import RemindersChanged, RemindersDue
from retreats.outbox import emit
from retreats.practices.models import PracticePlan, Reminding
from retreats.practices.service.planning import may_practise
from retreats.refusals import NotFound, Refusal

MOST = 4
_NINE = time(9)
Wish = Literal["ask", "pause", "go_on", "stop"]


class NoMoreReminders(Refusal):
    """All four were sent, or there is no address of their own to send them to."""

    code = "no_more_reminders"


def remind(place_id: int, wish: Wish) -> None:
    """Begin reminders, let them rest, go on, or end them. What is so already stays so.

    Raises NoMoreReminders, NotFound where practices are not there for this person. To end them is always possible.
    """
    place = db.session.get_one(Place, place_id, with_for_update=True)
    known = reminding_of(place.id)
    state = known.state if known else "stopped"
    if wish in {"ask", "go_on"} and state != "going":
        _begin(place, known)
    elif wish == "pause" and state == "going" and known is not None:
        known.state, known.next_at = "paused", None
    elif wish == "stop" and state != "stopped" and known is not None:
        known.state, known.next_at = "stopped", None
    else:
        return
    db.session.flush()
    emit(RemindersChanged(place_id=place.id, gathering_id=place.gathering_id))


def reminding_of(place_id: int) -> Reminding | None:
    """Whether and how this attendee is reminded."""
    return db.session.scalar(select(Reminding).where(Reminding.place_id == place_id))


def may_be_reminded(place: Place) -> bool:
    """Whether there is an address of their own: through somebody else a reminder would tell what they chose."""
    return place.email is not None


def due_again(moment: datetime, zone: str) -> datetime:
    """Nine in the morning a week later, wall time: it stays nine when the clocks change."""
    day = moment.astimezone(ZoneInfo(zone)).date() + timedelta(days=7)
    return datetime.combine(day, _NINE, ZoneInfo(zone)).astimezone(UTC)


def reminders_due(now: datetime) -> None:
    """The clock's part. After a time without a worker one is sent and not several; where nothing is going on, none is."""
    due = select(Reminding).where(Reminding.state == "going", Reminding.next_at <= now)
    for each in db.session.scalars(due.options(joinedload(Reminding.place).joinedload(Place.gathering))):
        if not (may_practise(each.place) and may_be_reminded(each.place)):
            each.state, each.next_at = "stopped", None
            continue
        if has_something_going(each.place_id):
            each.sent += 1
            emit(RemindersDue(place_id=each.place_id, gathering_id=each.place.gathering_id, number=each.sent))
        is_done = each.sent == MOST
        each.state, each.next_at = ("done", None) if is_done else ("going", due_again(now, each.place.gathering.zone))
    db.session.flush()


def next_reminder() -> datetime | None:
    """The next moment at which one is due."""
    return db.session.scalar(select(func.min(Reminding.next_at)).where(Reminding.state == "going"))


def has_something_going(place_id: int) -> bool:
    """Whether they are at something that neither rests nor was stopped."""
    return bool(
        db.session.scalar(
            select(exists().where(PracticePlan.place_id == place_id, PracticePlan.state == "going"))
        )
    )  # fmt: skip


def _begin(place: Place, known: Reminding | None) -> None:
    if not may_practise(place):
        raise NotFound
    if not may_be_reminded(place) or (known is not None and known.sent >= MOST):
        raise NoMoreReminders(
            _("There are no more reminders: all four were sent, or we have no address of your own for them.")
        )
    if known is None:
        known = Reminding(id=new_id(), place_id=place.id, sent=0)
        db.session.add(known)
    known.state, known.next_at = "going", due_again(clock.now(), place.gathering.zone)
