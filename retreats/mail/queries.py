"""Letters as others need them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import case, func, select

from retreats.db import db
from retreats.mail.models import Letter


def on_shelf(*shelves: str) -> list[Letter]:
    """The letters that stand on these pages, newest first."""
    found = db.session.scalars(
        select(Letter).where(Letter.shelf.in_(shelves)).order_by(Letter.written_at.desc(), Letter.id)
    )
    return list(found)


def failed(*, at_most: int = 200) -> list[Letter]:
    """Letters that a mail server refused for good, newest first."""
    found = db.session.scalars(
        select(Letter).where(Letter.failed_at.is_not(None)).order_by(Letter.failed_at.desc()).limit(at_most)
    )
    return list(found)


@dataclass(frozen=True)
class Progress:
    """How far the letters of one sending have come."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    dropped: int = 0

    @property
    def total(self) -> int:
        """How many were written."""
        return self.sent + self.waiting + self.failed + self.dropped


def of_sending(sending: str) -> list[Letter]:
    """The letters that were written together under this name, in the order in which they were."""
    query = select(Letter).where(Letter.sending == sending).order_by(Letter.written_at, Letter.id)
    return list(db.session.scalars(query))


def progress_of(sendings: Iterable[str]) -> dict[str, Progress]:
    """How far the letters of each of these sendings have come; those without a letter are left out. One statement."""
    state = case(
        (Letter.sent_at.is_not(None), "sent"),
        (Letter.dropped_at.is_not(None), "dropped"),
        (Letter.failed_at.is_not(None), "failed"),
        else_="waiting",
    )
    query = select(Letter.sending, state, func.count()).where(Letter.sending.in_(list(sendings)))
    counts: dict[str, dict[str, int]] = {}
    for sending, word, count in db.session.execute(query.group_by(Letter.sending, state)):
        counts.setdefault(sending, {})[word] = count
    return {sending: Progress(**found) for sending, found in counts.items()}


def state_of(letter: Letter) -> str:
    """sent, dropped, failed or waiting."""
    if letter.sent_at is not None:
        return "sent"
    if letter.dropped_at is not None:
        return "dropped"
    return "failed" if letter.failed_at is not None else "waiting"
