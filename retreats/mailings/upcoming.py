"""Which letters will go out by themselves, and when: asked of the tables as they are now, so a moved gathering moves them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.mailings.models import TimedLetter, TimedPassing
from retreats.mailings.timing import FARTHEST_DAYS, GOES_OUT, PURPOSES, Timed, as_set, mark_of

_LOOKING_BACK = timedelta(days=FARTHEST_DAYS + 5)


@dataclass(frozen=True)
class Upcoming:
    """One letter of one gathering with its moment."""

    gathering: Gathering
    timed: Timed
    due: datetime
    outcome: str = ""
    """Empty: it is still to come. Otherwise sent, late, held or skipped."""


def ahead(now: datetime) -> list[Upcoming]:
    """Every letter that is still to go out, the first to go first. Three statements, however many there are."""
    return [each for each in everything(now) if not each.outcome]


def everything(now: datetime) -> list[Upcoming]:
    """Every letter that is on, with what became of it, in the order of their moments."""
    gatherings = list(db.session.scalars(
        select(Gathering).where(Gathering.published_at.is_not(None), Gathering.state.in_(GOES_OUT),
                                Gathering.ends_at > now - _LOOKING_BACK)
    ))  # fmt: skip
    if not gatherings:
        return []
    ids = [each.id for each in gatherings]
    rows = db.session.scalars(select(TimedLetter).where(TimedLetter.gathering_id.in_(ids)))
    passings = db.session.scalars(select(TimedPassing).where(TimedPassing.gathering_id.in_(ids)))
    as_they_are = {(row.gathering_id, row.purpose): row for row in rows}
    outcomes = {(row.gathering_id, row.purpose, row.mark): row.outcome for row in passings}
    found = []
    for gathering in gatherings:
        for purpose in PURPOSES:
            timed = as_set(gathering, purpose, as_they_are.get((gathering.id, purpose)))
            due = timed.due_at(gathering)
            if timed.is_on and due is not None:
                outcome = outcomes.get((gathering.id, purpose, mark_of(gathering, purpose)), "")
                found.append(Upcoming(gathering, timed, due, outcome))
    return sorted(found, key=lambda each: (each.due, each.gathering.id, each.timed.purpose))


def letter_of(gathering: Gathering, purpose: str) -> Timed:
    """One letter of one gathering, as it stands."""
    return as_set(gathering, purpose, db.session.scalar(
        select(TimedLetter).where(TimedLetter.gathering_id == gathering.id, TimedLetter.purpose == purpose)
    ))  # fmt: skip


def letters_of(gathering: Gathering) -> list[tuple[Timed, datetime | None, str]]:
    """The letters of one gathering, also those that are off: each with its moment and what became of it."""
    rows = {row.purpose: row for row in db.session.scalars(
        select(TimedLetter).where(TimedLetter.gathering_id == gathering.id)
    )}  # fmt: skip
    outcomes = {(row.purpose, row.mark): row.outcome for row in db.session.scalars(
        select(TimedPassing).where(TimedPassing.gathering_id == gathering.id)
    )}  # fmt: skip
    letters = [as_set(gathering, purpose, rows.get(purpose)) for purpose in PURPOSES]
    return [
        (each, each.due_at(gathering), outcomes.get((each.purpose, mark_of(gathering, each.purpose)), ""))
        for each in letters
    ]


def outcome_of(gathering: Gathering, purpose: str) -> str:
    """What became of its moment; empty when that is still to come."""
    return db.session.scalar(
        select(TimedPassing.outcome).where(
            TimedPassing.gathering_id == gathering.id,
            TimedPassing.purpose == purpose,
            TimedPassing.mark == mark_of(gathering, purpose),
        )
    ) or ""  # fmt: skip
