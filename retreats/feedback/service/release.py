"""The release: enough have answered, so what they said comes out of the seal, shuffled, and the seal is destroyed."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection
from typing import Any, TypeVar

from sqlalchemy import func, select, text

from retreats import clock
from retreats.db import db, new_id
from retreats.events import FeedbackHeld, FeedbackReleased
from retreats.feedback.models import Batch, FormWindow, GroupAnswer, Point, SealedAnswer, SpentLocator
from retreats.feedback.service.addressing import addressed
from retreats.feedback.service.after import words_of
from retreats.feedback.service.care_more import is_withheld
from retreats.feedback.service.sealing import SCALES, lies_released_at, opened
from retreats.outbox import emit

ENOUGH, ENOUGH_MORE = 5, 3
"""How many have to have answered for a first release, and for a second (loop.md, T3 and T4)."""
T = TypeVar("T")


class NotShredded(RuntimeError):
    """Somebody was reading: the store still keeps traces of the sealed rows, and this is tried again."""


def answered(window: FormWindow) -> int:
    """How many people lie sealed in this form now."""
    query = select(func.count()).select_from(SealedAnswer)
    return db.session.scalar(query.where(SealedAnswer.window_id == window.id, SealedAnswer.question == SCALES)) or 0


def first_release(window: FormWindow) -> None:
    """Three days after the end: release if at least five have answered; otherwise nothing happens and nothing shows."""
    if window.state == "collecting" and answered(window) >= window.enough:
        _release(window, _sealed(window), people=answered(window))
        window.state = "released"


def last_release(window: FormWindow) -> None:
    """Seven days after the end, when the form closes: the rest if it is enough; otherwise it is held.

    Late answers that are fewer than three stay sealed; their authors are told on their own pages.
    """
    count = answered(window)
    if window.state == "collecting":
        if count < window.enough:
            window.state = "held"
            emit(FeedbackHeld(window_id=window.id, gathering_id=window.gathering_id))
            return
        _release(window, _sealed(window), people=count)
    elif window.state == "released" and count >= ENOUGH_MORE:
        _release(window, _sealed(window), people=count)
    window.state = "closed"


def release_held(window: FormWindow) -> None:
    """Two weeks after the end: those held texts whose authors said so, all at one moment; never the scales."""
    if window.state != "held":
        return
    let_go = [row for row in _sealed(window) if row.wish == "release" and row.question != SCALES]
    if let_go:
        _release(window, let_go, people=0)
    window.state = "closed"


def shred(event: FeedbackReleased) -> None:
    """Let the store forget the sealed rows themselves: runs after the release's commit, with no transaction open.

    SQLite overwrites deleted rows (secure_delete) and here empties its write-ahead log; PostgreSQL writes the small table
    anew. Backups made before keep what they had, for as long as they are kept. Raises NotShredded, and is then tried again.
    """
    del event
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("VACUUM FULL sealed_answer"))
            return
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
    if busy:
        raise NotShredded


def shuffled(rows: list[T]) -> list[T]:
    """In an order that nobody can predict or know afterwards."""
    mixed = list(rows)
    secrets.SystemRandom().shuffle(mixed)
    return mixed


def _sealed(window: FormWindow) -> list[SealedAnswer]:
    return list(db.session.scalars(select(SealedAnswer).where(SealedAnswer.window_id == window.id)))


def _release(window: FormWindow, rows: list[SealedAnswer], *, people: int) -> None:
    last = db.session.scalar(select(func.max(Batch.number)).where(Batch.window_id == window.id)) or 0
    batch = Batch(id=new_id(), window_id=window.id, number=last + 1, answered=people, released_at=clock.now())
    db.session.add(batch)
    db.session.flush()
    rows = [row for row in rows if not _is_kept_back(window, row)]
    fresh = shuffled([each for row in rows for each in _copies(batch.id, window, row)])
    spent = [SpentLocator(locator=row.locator, window_id=window.id) for row in rows if row.question == SCALES]
    for row in rows:
        db.session.delete(row)
    db.session.flush()
    db.session.add_all([*fresh, *sorted(spent, key=lambda one: one.locator)])
    db.session.flush()
    emit(FeedbackReleased(window_id=window.id, gathering_id=window.gathering_id, batch_id=batch.id))


def _is_kept_back(window: FormWindow, row: SealedAnswer) -> bool:
    """Whether the care contact withholds these words: they stay sealed, and their author sees why on their own page."""
    return row.question != SCALES and is_withheld(window.gathering_id, row.question, words_of(opened(row)).text)


def _copies(batch_id: int, window: FormWindow, row: SealedAnswer) -> list[GroupAnswer | Point]:
    inside: dict[str, Any] = opened(row)
    if row.question == SCALES:
        return [
            GroupAnswer(id=new_id(), batch_id=batch_id, question=question, value=value)
            for question, value in inside.items()
            if value
        ]
    words = words_of(inside)
    point = Point(id=new_id(), batch_id=batch_id, question=row.question, kind=words.kind, place_id=inside.get("place"),
                  locator=lies_released_at(inside, row), wants_reply=words.wants_reply, may_quote=words.may_quote,
                  may_supervise=words.may_supervise, to_id=addressed(window, words.to))  # fmt: skip
    point.text = words.text
    return [point]


def tallies(batch_ids: list[int], questions: Collection[str] | None = None) -> dict[int, dict[str, dict[str, int]]]:
    """How often each value was given, by batch and question; to these questions, if not to all."""
    query = select(GroupAnswer.batch_id, GroupAnswer.question, GroupAnswer.value, func.count()).where(
        GroupAnswer.batch_id.in_(batch_ids)
    )
    if questions is not None:
        query = query.where(GroupAnswer.question.in_(questions))
    counted = db.session.execute(query.group_by(GroupAnswer.batch_id, GroupAnswer.question, GroupAnswer.value))
    found: dict[int, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for batch_id, question, value, count in counted:
        found[batch_id][question][value] = count
    return found
