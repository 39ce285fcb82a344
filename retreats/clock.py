"""The two clocks of the house.

`now()` is the house's time: it rules everything people see (gatherings, holds, deadlines, forms). The demonstration can
move it. `real_now()` is the time of the world: it rules leases, sessions, rate limits, the age of links, and Stripe.
Both are UTC and aware. Nothing else in the house may ask the system for the time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path


class _House:
    """Where the house's time comes from: the world, a stored distance from it, or (in tests) a moment that stands."""

    frozen: datetime | None = None
    offset_file: Path | None = None
    _stamp: tuple[int, int] | None = None
    _offset = timedelta(0)

    def now(self) -> datetime:
        if self.frozen is not None:
            return self.frozen
        return real_now() + self.offset()

    def offset(self) -> timedelta:
        if self.offset_file is None:
            return timedelta(0)
        try:
            found = self.offset_file.stat()
        except FileNotFoundError:
            return timedelta(0)
        stamp = (found.st_mtime_ns, found.st_ino)
        if stamp != self._stamp:
            self._offset = timedelta(seconds=float(self.offset_file.read_text(encoding="ascii")))
            self._stamp = stamp
        return self._offset


_house = _House()


def now() -> datetime:
    """The house's time, UTC."""
    return _house.now()


def real_now() -> datetime:
    """The world's time, UTC."""
    return datetime.now(UTC)


def keep_offset_in(path: Path | None) -> None:
    """From now on the house's time is the world's time plus the seconds in this file (shared by all processes)."""
    _house.offset_file = path
    _house._stamp = None


def move_to(moment: datetime) -> None:
    """Let the house's time be `moment` and run on from there. Only for the demonstration."""
    if _house.frozen is not None:
        _house.frozen = moment
        return
    path = _house.offset_file
    if path is None:
        message = "The house's clock can be moved only where its offset is kept in a file (the demonstration)."
        raise RuntimeError(message)
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(str((moment - real_now()).total_seconds()), encoding="ascii")
    fresh.replace(path)


@contextmanager
def standing_still(moment: datetime) -> Iterator[None]:
    """For tests: the house's time stands at `moment` until `move_to` moves it."""
    before, _house.frozen = _house.frozen, moment
    try:
        yield
    finally:
        _house.frozen = before
