"""What will go out by itself in the days to come, to how many, and what has gone out: before and after, on one page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.mail import queries as mail
from retreats.mail.queries import Progress
from retreats.mailings import upcoming
from retreats.mailings.models import Mailing, TimedPassing
from retreats.mailings.readers import Reader, one_for_each_address, readers_of, with_a_place
from retreats.mailings.service import sending_of
from retreats.mailings.timing import Timed

DAYS = 14


@dataclass(frozen=True)
class Coming:
    """A letter that is still to go out, and how many would get it now."""

    gathering: Gathering
    timed: Timed
    due: datetime
    is_held: bool
    readers: int


@dataclass(frozen=True)
class Gone:
    """Something that went out, or whose moment passed without it. `purpose` is empty for what somebody wrote."""

    gathering: Gathering
    at: datetime
    purpose: str = ""
    outcome: str = "sent"
    mailing: Mailing | None = None
    progress: Progress | None = None


def coming(now: datetime) -> list[Coming]:
    """What goes out in the next days, and what is held back, the first to go first. The same few statements for many."""
    planned = [each for each in upcoming.everything(now) if _is_coming(each, now)]
    places: dict[int, list[Place]] = {}
    ids = {each.gathering.id for each in planned}
    for place in db.session.scalars(with_a_place("booked").where(Place.gathering_id.in_(ids))):
        places.setdefault(place.gathering_id, []).append(place)
    return [Coming(each.gathering, each.timed, each.due, each.outcome == "held",
                   len(_who_of(places.get(each.gathering.id, []), each.timed))) for each in planned]  # fmt: skip


def gone(now: datetime) -> list[Gone]:
    """What went out in the last days, and what was skipped, the latest first."""
    since = now - timedelta(days=DAYS)
    passings = db.session.execute(
        select(TimedPassing, Gathering)
        .join(Gathering, Gathering.id == TimedPassing.gathering_id)
        .where(TimedPassing.passed_at > since, TimedPassing.outcome != "held")
    ).all()
    mailings = list(
        db.session.scalars(select(Mailing).where(Mailing.sent_at > since).options(joinedload(Mailing.gathering)))
    )
    names = {f"timed:{each.gathering_id}:{each.purpose}:{each.mark}" for each, _gathering in passings}
    progress = mail.progress_of(names | {sending_of(each.id) for each in mailings})
    found = [Gone(gathering, each.passed_at, each.purpose, each.outcome,
                  progress=progress.get(f"timed:{gathering.id}:{each.purpose}:{each.mark}"))
             for each, gathering in passings]  # fmt: skip
    found += [Gone(each.gathering, each.sent_at, mailing=each, progress=progress.get(sending_of(each.id)))
              for each in mailings if each.sent_at]  # fmt: skip
    return sorted(found, key=lambda each: (each.at, each.gathering.id, each.purpose), reverse=True)


def readers(gathering: Gathering, timed: Timed) -> list[Reader]:
    """Who would get this letter now."""
    return readers_of(gathering.id, "attended" if timed.purpose == "thanks" else "booked")


def _is_coming(each: upcoming.Upcoming, now: datetime) -> bool:
    if each.outcome == "held":
        return each.timed.purpose == "thanks" or each.timed.is_useful(each.gathering, now)
    return not each.outcome and each.due < now + timedelta(days=DAYS)


def _who_of(places: list[Place], timed: Timed) -> list[Reader]:
    there = [each for each in places if timed.purpose != "thanks" or each.presence != "missed"]
    return one_for_each_address(there)
