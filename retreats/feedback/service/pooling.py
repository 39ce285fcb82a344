"""Late words, and held ones that their authors wanted kept: pooled once a year, so that nobody is found by being few (T4, T7).

A pool holds what is left of all gatherings that exactly the same people led in a year: pools never overlap, so nothing is
found by subtracting one from another. It takes five people or more from two gatherings or more. What is too little for
that stays sealed until it is deleted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from retreats import clock
from retreats.catalogue.models import Gathering, Leader
from retreats.db import db, new_id
from retreats.events import PoolReleased
from retreats.feedback.models import Batch, FormWindow, SealedAnswer
from retreats.feedback.models.pooled import Pool, PooledWords, PoolReader
from retreats.feedback.own_questions import OWN
from retreats.feedback.service.after import words_of
from retreats.feedback.service.care_more import is_withheld
from retreats.feedback.service.release import ENOUGH, shuffled
from retreats.feedback.service.sealing import SCALES, opened
from retreats.feedback.service.turns import at_form
from retreats.outbox import emit

YEARS = ZoneInfo("Europe/Lisbon")
POOLED_IN, POOLED_AT = 3, 10
"""The month and the hour of its first day."""
LEAST_GATHERINGS = 2
COUNTED = ("C1", "C2", "C3", "C5", "C6")
Rows = dict[int, list[SealedAnswer]]
"""Sealed rows by window."""


def pools_due(now: datetime) -> None:
    """From the first of March on: pool what is left of the year before."""
    year = _year_to_pool(now)
    for leaders, rows in _by_leaders(year).items():
        if _is_enough(rows):
            _pool(year, leaders, rows)


def next_pool() -> datetime | None:
    """The next first of March, if anything is left that may be pooled then."""
    rows = db.session.scalar(_left().limit(1))
    return None if rows is None else pooled_on(_year_to_pool(clock.now()) + 1)


def pooled_on(year: int) -> datetime:
    """When what is left of this year is pooled."""
    return datetime(year + 1, POOLED_IN, 1, POOLED_AT, tzinfo=YEARS)


def _year_to_pool(now: datetime) -> int:
    """The last year whose pools are due."""
    year = now.astimezone(YEARS).year - 1
    return year if now >= pooled_on(year) else year - 1


def _left() -> Any:  # a select of sealed rows: SQLAlchemy has no shorter name for its type
    """Late rows of closed forms, and held ones whose authors wanted them kept; never what only one gathering asked."""
    was_released = select(Batch.id).where(Batch.window_id == FormWindow.id, Batch.answered > 0).exists()
    return (
        select(SealedAnswer)
        .join(FormWindow, FormWindow.id == SealedAnswer.window_id)
        .where(
            FormWindow.occasion == "after",
            FormWindow.state == "closed",
            SealedAnswer.question.not_in(OWN),
            or_(was_released, SealedAnswer.wish == "keep"),
        )
    )


def _by_leaders(year: int) -> dict[frozenset[int], Rows]:
    start, end = datetime(year, 1, 1, tzinfo=YEARS), datetime(year + 1, 1, 1, tzinfo=YEARS)
    query = _left().join(Gathering).where(Gathering.ends_at >= start, Gathering.ends_at < end)
    for gathering_id in sorted(set(db.session.scalars(query.with_only_columns(FormWindow.gathering_id)))):
        at_form(gathering_id)
    rows: Rows = defaultdict(list)
    for row in db.session.scalars(query):
        if not _is_kept_back(row):
            rows[row.window_id].append(row)
    if not rows:
        return {}
    windows = db.session.scalars(
        select(FormWindow)
        .where(FormWindow.id.in_(rows))
        .options(joinedload(FormWindow.gathering).selectinload(Gathering.leaders).joinedload(Leader.facilitator))
    ).all()
    found: dict[frozenset[int], Rows] = defaultdict(dict)
    for window in windows:
        leaders = frozenset(leader.facilitator.person_id for leader in window.gathering.leaders)
        found[leaders][window.id] = rows[window.id]
    return found


def _is_kept_back(row: SealedAnswer) -> bool:
    """Whether the care contact keeps these words from those who lead: they stay sealed until they are deleted."""
    if row.question == SCALES:
        return False
    window = db.session.get_one(FormWindow, row.window_id)
    return is_withheld(window.gathering_id, row.question, words_of(opened(row)).text)


def _is_enough(rows: Rows) -> bool:
    """Of each gathering count no more people than surely wrote: as many as answered the same question."""
    people = [max(Counter(row.question for row in each).values()) for each in rows.values()]
    return len(people) >= LEAST_GATHERINGS and sum(people) >= ENOUGH


def _pool(year: int, leaders: frozenset[int], rows: Rows) -> None:
    everything = shuffled([row for each in rows.values() for row in each])
    pool = Pool(id=new_id(), year=year, gatherings=len(rows), counts=_counted(everything), released_at=clock.now())
    db.session.add(pool)
    db.session.flush()
    words = [_words(pool.id, row) for row in everything if row.question != SCALES]
    for row in everything:
        db.session.delete(row)
    db.session.flush()
    db.session.add_all([*words, *(PoolReader(id=new_id(), pool_id=pool.id, person_id=each) for each in leaders)])
    db.session.flush()
    emit(PoolReleased(pool_id=pool.id))


def _counted(rows: list[SealedAnswer]) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row.question == SCALES:
            for question, value in opened(row).items():
                if value and question in COUNTED:
                    counts[question][value] += 1
    return {question: dict(each) for question, each in counts.items() if each.total() >= ENOUGH}


def _words(pool_id: int, row: SealedAnswer) -> PooledWords:
    inside = opened(row)
    words = words_of(inside)
    lies_at = bytes.fromhex(inside["released"]) if "released" in inside else row.locator
    found = PooledWords(id=new_id(), pool_id=pool_id, question=row.question, kind=words.kind, locator=lies_at,
                        place_id=inside.get("place"))  # fmt: skip
    found.text = words.text
    return found
