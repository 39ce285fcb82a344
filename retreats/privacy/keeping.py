"""What is kept for a time only goes by itself: what is due now, what will go, and one event with a count and no names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select

from retreats import clock, periods
from retreats.accounts import personal
from retreats.accounts.models import Person, Role
from retreats.booking.models import Place, Registration, WaitingEntry
from retreats.booking.service import keeping as booking
from retreats.catalogue.models import Facilitator, Gathering
from retreats.conversation import personal as conversation
from retreats.db import db
from retreats.events import KeptNoLonger
from retreats.feedback.service import keeping as feedback
from retreats.health.keeping import PERIODS as HEALTH
from retreats.mail import keeping as mail
from retreats.mail.service import NOBODYS
from retreats.outbox import emit
from retreats.periods import Going, Period
from retreats.practices.service import keeping as practices
from retreats.privacy.models import Erasure

AHEAD = timedelta(days=30)
"""How far the organisers' page looks."""
EVERY = timedelta(hours=1)
"""How long a worker goes on with what it knows of what will be due."""


@dataclass(frozen=True)
class Leaving:
    """What goes, of which gathering (None: of none), when, and how much of it."""

    what: str
    gathering: Gathering | None
    going: Going


def _strangers(until: datetime) -> list[Going]:
    first, count = db.session.execute(
        select(func.min(Person.created_at), func.count()).where(Person.id.in_(_ids(until)))
    ).one()
    return [Going(first + periods.STRANGERS, count)] if count else []


def _ids(until: datetime) -> list[int]:
    """People of whom nothing but a name and an address is held."""
    nothing = [
        ~exists().where(column == Person.id)
        for column in (Registration.booker_id, Place.person_id, Role.person_id, Facilitator.person_id,
                       Gathering.care_contact_id, Erasure.person_id)
    ]  # fmt: skip
    waits = exists().where(WaitingEntry.email == Person.email)
    old = select(Person.id).where(
        Person.created_at <= until - periods.STRANGERS,
        ~Person.email.endswith(NOBODYS),
        Person.merged_into_id.is_(None),
        ~waits,
        *nothing,
    )
    return list(db.session.scalars(old))


def _forget_strangers(now: datetime) -> None:
    for person_id in _ids(now):
        personal.forget(person_id)


PERIODS: tuple[Period, ...] = (
    *booking.PERIODS,
    *HEALTH,
    *feedback.PERIODS,
    *practices.PERIODS,
    *conversation.PERIODS,
    *mail.PERIODS,
    Period("strangers", _strangers, _forget_strangers),
)
"""All of them. Sign-ins and sessions go by themselves in `accounts.service.forget_old`, after a day and thirty days."""


def leaving(until: datetime) -> list[Leaving]:
    """What goes until then, the soonest first."""
    found = [(period.what, going) for period in PERIODS for going in period.going(until)]
    ids = {going.gathering_id for _what, going in found}
    gatherings = {each.id: each for each in db.session.scalars(select(Gathering).where(Gathering.id.in_(ids)))}
    listed = [Leaving(what, gatherings.get(going.gathering_id or 0), going) for what, going in found]
    return sorted(listed, key=lambda each: (each.going.on, each.what))


_asked: list[datetime] = []
"""When this process asked last, and when it asks again (house time)."""


def forget_now_and_then(now: datetime) -> None:
    """The clock's part. What goes by days need not be asked for at every tick, with the books held: it is asked for when
    the next of it is due, and once an hour for what has come meanwhile.
    """
    if _asked and _asked[0] <= now < _asked[1]:
        return
    forget_due(now)
    soon = [going.on for period in PERIODS for going in period.going(now + EVERY) if going.on > now]
    _asked[:] = [now, min([now + EVERY, *soon])]


def forget_due(now: datetime) -> None:
    """Delete what is due, and write down how much it was."""
    for period in PERIODS:
        due = period.going(now)
        if due:
            period.forget(now)
            emit(KeptNoLonger(what=period.what, count=sum(each.count for each in due)))


def next_due() -> datetime | None:
    """The next moment (house time) at which something goes, within the next ninety days."""
    dates = [going.on for period in PERIODS for going in period.going(clock.now() + timedelta(days=90))]
    return min(dates, default=None)
