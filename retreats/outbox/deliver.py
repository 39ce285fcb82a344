"""Claiming deliveries and running them.

A delivery is claimed by postponing it: one conditional statement counts the attempt and moves `due_at` a lease ahead. A
worker that dies leaves it simply due again; a worker that wakes up late finds that the attempt is no longer its own.
"""

from __future__ import annotations

import traceback
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import cast

import structlog
from sqlalchemy import ColumnElement, CursorResult, Select, and_, bindparam, exists, func, select, update
from sqlalchemy.orm import aliased, joinedload

from retreats import clock, faults
from retreats.db import db, let_go, writing
from retreats.events import DomainEvent
from retreats.outbox.emit import acting, reaction_called, running
from retreats.outbox.models import Delivery
from retreats.outbox.reaction import Errand, Reaction
from retreats.outbox.stillness import goes_on

LEASE = timedelta(seconds=60)
"""Longer than the slowest reaction: SMTP and Stripe are cut off well below half of it."""
LAST_ATTEMPT = 12
LONGEST_WAIT = timedelta(hours=6)

log = structlog.get_logger()


class Claim:
    """A delivery that is ours until its lease ends."""

    def __init__(self, row: Delivery) -> None:
        self.id, self.attempt, self.reaction, self.position = row.id, row.attempts, row.reaction, row.event_position
        self.event = DomainEvent.from_row(row.event.name, row.event.payload)


def run_due(errand: Errand, *, at_most: int = 10_000) -> int:
    """Run what is due on one errand, one after the other, until nothing is. How many were run."""
    count = 0
    while count < at_most and (claim := _claim(errand)) is not None:
        run(claim)
        count += 1
    return count


def run(claim: Claim) -> None:
    """Run one claimed delivery: done, or due again later, or resting after its last attempt."""
    reaction = reaction_called(claim.reaction)
    token = running.set(claim.position)
    try:
        if reaction is None:
            message = f"The house no longer knows the reaction {claim.reaction!r}."
            raise LookupError(message)  # noqa: TRY301  (it takes the same way as any failure)
        with acting(None):
            _perform(reaction, claim)
    except Exception as error:  # noqa: BLE001  (whatever it was: it is noted, and due again)
        log.warning("delivery failed", delivery=claim.id, reaction=claim.reaction, attempt=claim.attempt,
                    error=type(error).__name__, at=_where(error))  # fmt: skip
        _put_back(claim, error, reaction)
    finally:
        running.reset(token)


def _perform(reaction: Reaction, claim: Claim) -> None:
    if reaction.errand == "house":
        with writing():
            if _mark_done(claim):
                reaction.run(claim.event)
        faults.point(f"after {claim.reaction}")
        return
    let_go()
    reaction.run(claim.event)
    faults.point(f"before done {claim.reaction}")
    with writing():
        _mark_done(claim)


def _mark_done(claim: Claim) -> bool:
    """Whether the delivery was still ours. A thawed worker changes nothing."""
    changed = db.session.execute(
        update(Delivery)
        .where(Delivery.id == claim.id, Delivery.attempts == claim.attempt, Delivery.done_at.is_(None))
        .values(done_at=clock.real_now(), last_error=None)
    )
    return cast("CursorResult[object]", changed).rowcount == 1  # cast: an UPDATE always gives a cursor


def _put_back(claim: Claim, error: Exception, reaction: Reaction | None) -> None:
    """Due again later, or resting: after as many attempts as this failure deserves (`last_attempt`, `longest_wait`)."""
    now = clock.real_now()
    rests = claim.attempt >= getattr(error, "last_attempt", LAST_ATTEMPT) or getattr(error, "permanent", False)
    with writing():
        put_back = db.session.execute(
            update(Delivery)
            .where(Delivery.id == claim.id, Delivery.attempts == claim.attempt, Delivery.done_at.is_(None))
            .values(
                due_at=now + _wait(claim, error),
                rests_at=now if rests else None,
                last_error=_in_words(error),
            )
        )
        is_ours = cast("CursorResult[object]", put_back).rowcount == 1  # cast: an UPDATE always gives a cursor
        if rests and is_ours and reaction is not None and reaction.given_up is not None:
            reaction.given_up(claim.event, _in_words(error), error)


def _wait(claim: Claim, error: Exception) -> timedelta:
    longest: timedelta = getattr(error, "longest_wait", LONGEST_WAIT)
    return min(timedelta(seconds=2 ** min(claim.attempt, 30)), longest)


def _in_words(error: Exception) -> str:
    """For the organiser: our own errors speak in sentences without personal data; of others only the kind is kept."""
    kind = type(error)
    return f"{kind.__name__}: {error}"[:500] if kind.__module__.startswith("retreats.") else kind.__name__


def _where(error: Exception) -> str:
    """The last place in the house's own code that the error went through."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "retreats" in frame.filename]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


def _claim(errand: Errand) -> Claim | None:
    """Take the next due delivery of this errand, or None. Looks with a plain read before it takes the write lock."""
    now = clock.real_now()
    looked_for = {"errand": errand, "now": now}
    look, take = _candidate()
    if db.session.scalar(look, looked_for) is None:
        let_go()
        return None
    with writing() as session:
        row = session.scalar(take, looked_for)
        if row is None:
            return None
        row.attempts += 1
        row.due_at = now + LEASE
        return Claim(row)


@cache
def _candidate() -> tuple[Select[int], Select[Delivery]]:
    """The next due delivery, to look at and to take; both are put together once. They ask for `errand` and `now`."""
    look = select(Delivery.id).where(_is_due()).order_by(Delivery.due_at, Delivery.id).limit(1)
    take = select(Delivery).options(joinedload(Delivery.event, innerjoin=True))
    return look, take.where(_is_due()).order_by(Delivery.due_at, Delivery.id).limit(1).with_for_update(
        skip_locked=True, of=Delivery
    )  # fmt: skip


def _is_due() -> ColumnElement[bool]:
    """Due, not done, not resting, and nothing of the same lane before it; in a house that goes on."""
    earlier = aliased(Delivery)
    return and_(
        Delivery.errand == bindparam("errand"),
        Delivery.due_at <= bindparam("now"),
        Delivery.done_at.is_(None),
        Delivery.rests_at.is_(None),
        goes_on(),
        ~exists().where(
            earlier.lane == Delivery.lane,
            earlier.id < Delivery.id,
            earlier.done_at.is_(None),
            earlier.rests_at.is_(None),
        ),
    )


def waiting(*, claimed_only: bool = False) -> int:
    """How many deliveries are neither done nor resting; or only those that somebody may have in hand just now."""
    query = select(func.count()).select_from(Delivery).where(Delivery.done_at.is_(None), Delivery.rests_at.is_(None))
    if claimed_only:
        query = query.where(Delivery.attempts == 1, Delivery.last_error.is_(None))
    return db.session.scalar(query) or 0
