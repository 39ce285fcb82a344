"""The demonstration's clock: it stops at each moment something falls due, lets it happen, and goes on."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from retreats import clock
from retreats.db import let_go
from retreats.outbox.deliver import waiting
from retreats.outbox.worker import run_everything
from retreats.refusals import Refusal

NextDue = Callable[[], datetime | None]
FARTHEST = timedelta(days=366)
MOST_STOPS = 2_000
PATIENCE_SECONDS = 20.0
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_next_due: list[NextDue] = []


class NoSuchStep(Refusal):
    """What was asked of the clock is not a step it can take."""

    code = "no_such_step"
    status = 422


def connect(next_due: Iterable[NextDue]) -> None:
    """Take what says when something falls due next (reactions.py). Called once, by create_app."""
    _next_due[:] = next_due


def read(step: str) -> timedelta:
    """`90m`, `12h`, `3d` or `1w` as a length of time. Raises NoSuchStep."""
    found = re.fullmatch(r"(\d{1,5})([mhdw])", step.strip().lower())
    if found is None:
        raise NoSuchStep
    length = timedelta(**{_UNITS[found.group(2)]: int(found.group(1))})
    if not timedelta(0) < length <= FARTHEST:
        raise NoSuchStep
    return length


def next_moment() -> datetime | None:
    """When something falls due next (house time), or None while nothing is planned."""
    moments = [moment for each in _next_due if (moment := each()) is not None]
    let_go()
    return min(moments, default=None)


def advance(length: timedelta) -> int:
    """Let so much time pass; how often the clock stopped on the way. Returns once everything due is delivered."""
    target, stops = clock.now() + length, 0
    settle()
    while stops < MOST_STOPS:
        moment = next_moment()
        if moment is None or moment > target:
            break
        if moment > clock.now():
            clock.move_to(moment)
        settle()
        stops += 1
        if next_moment() == moment:
            break
    if clock.now() < target:
        clock.move_to(target)
    settle()
    return stops


def settle() -> None:
    """Let everything due happen, also what the worker has in its hands just now; bounded."""
    until = time.monotonic() + PATIENCE_SECONDS
    run_everything()
    while _in_hand() and time.monotonic() < until:
        time.sleep(0.05)
        run_everything()


def _in_hand() -> bool:
    count = waiting(claimed_only=True)
    let_go()
    return count > 0
