"""A facilitator's own gatherings side by side: their own past is the only comparison, and nobody else sees it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload, load_only

from retreats import clock
from retreats.catalogue.models import Facilitator, Gathering, Leader
from retreats.db import db
from retreats.feedback import timeline
from retreats.feedback.measures import Interval, Judgement, judge, usual_range, wilson
from retreats.feedback.models import Batch, FormWindow, LoopStep, Reading
from retreats.feedback.queries.results import SHOWN, favourable, is_guarded, merge
from retreats.feedback.service.release import tallies
from retreats.questions.models import Question

LEAST = 3
"""Below so many gatherings there is no trend."""
POOL_GATHERINGS, POOL_ANSWERS, POOL_FROM = 3, 20, 3
"""Whether people could say no (C4) shows only for a whole year, over so many gatherings and answers, from this month on."""
LATE = timedelta(hours=12)
MOST = 24
"""So many gatherings are looked back on."""
YEARS = ZoneInfo("Europe/Lisbon")
"""Whose years are pooled. It is not the house's own zone: who could move that could find one gathering by subtraction."""
Counts = dict[str, int]


@dataclass(frozen=True)
class Row:
    """One gathering in a trend."""

    gathering: Gathering
    good: int | None
    """How many said the top two words, or yes; None where only words may be said."""
    total: int
    interval: Interval
    usual: tuple[int, int] | None
    """Between how many and how many would be usual, given the gatherings before it."""
    is_reworded: bool
    """Whether the question was put differently before this gathering: what is older is not compared."""
    is_moved: bool = False
    """Whether people were asked at another time than before, long after the end or no longer so, or had more time: neither."""


@dataclass(frozen=True)
class Trend:
    """One question over the gatherings, newest first."""

    label: dict[str, str]
    rows: list[Row]
    sentence: str


@dataclass(frozen=True)
class Pooled:
    """Whether people could say no, in one whole year."""

    year: int
    gatherings: int
    good: int
    total: int


@dataclass(frozen=True)
class _Heard:
    """One gathering's form with what may be shown of it."""

    gathering: Gathering
    window: FormWindow
    counts: dict[str, Counts]
    asked: tuple[bool, int]
    """Whether people were asked long after the end, and for how many days longer: later answers are soberer, so they stand apart."""


def trends(person_id: int) -> list[Trend]:
    """For each question what this facilitator's gatherings said of it, of those that she has opened. Empty below three."""
    heard = [each for each in _heard(_led_by(person_id), SHOWN, read_by=person_id) if each.counts]
    if len(heard) < LEAST:
        return []
    newest = {question.key: question for question in heard[-1].window.form.questions}
    return [_trend(newest[key], heard) for key in SHOWN if key in newest]


def pooled_freedom(person_id: int | None = None) -> Pooled | None:
    """C4 of the last whole year over everything this facilitator led; without one over everything there was, for organisers.

    It is the same set of gatherings whenever it is looked at, so that no single one can be found by subtraction. None below
    three gatherings or twenty answers, and where what others led in that year would be fewer.
    """
    today = clock.now().astimezone(YEARS)
    year = today.year - (1 if today.month >= POOL_FROM else 2)
    everything = [each for each in _heard(_ended_in(year), ("C4",)) if each.counts]
    own = None if person_id is None else {each.id for each in _led_by(person_id)}
    mine = [each for each in everything if own is None or each.gathering.id in own]
    rest = [each for each in everything if own is not None and each.gathering.id not in own]
    if not _is_enough(mine) or (rest and not _is_enough(rest)):
        return None
    good = sum(favourable("C4", each.counts["C4"]) for each in mine)
    return Pooled(year, len(mine), good, sum(sum(each.counts["C4"].values()) for each in mine))


def beside(gathering_id: int, person_id: int) -> dict[str, tuple[Row | None, str]]:
    """For each question of one gathering: its row beside the usual range, and one of the three sentences; as it was then,
    by what this facilitator's groups before it said. Below three gatherings there is no trend.
    """
    led = _led_by(person_id)
    if len(led) < LEAST:
        return {}
    heard = [each for each in _heard(led, SHOWN, read_by=person_id) if each.counts]
    until = [each for place, each in enumerate(heard) if any(one.gathering.id == gathering_id for one in heard[place:])]
    if len(until) < LEAST:
        return {}
    asked = {question.key: question for question in until[-1].window.form.questions}
    trends_until = {key: _trend(asked[key], until) for key in SHOWN if key in asked and key in until[-1].counts}
    return {key: (each.rows[0], each.sentence) for key, each in trends_until.items()}


def said(judgement: Judgement | None) -> str:
    """One of the three sentences, or that there is no trend yet."""
    if judgement is None:
        return _("Too few earlier gatherings to compare with.")
    if judgement.verdict == "usual":
        return _("Within the usual range.")
    if judgement.verdict == "different":
        return _("Different from before.")
    if judgement.more_answers is None:
        return _("Can’t tell yet.")
    return ngettext("Can’t tell yet (needs about %(num)s more answer).",
                    "Can’t tell yet (needs about %(num)s more answers).", judgement.more_answers)  # fmt: skip


def _trend(question: Question, heard: list[_Heard]) -> Trend:
    """From the oldest to the newest; what was asked in other words or at another time starts anew."""
    past: list[tuple[int, int]] = []
    rows: list[Row] = []
    wording: dict[str, str] | None = None
    before: tuple[bool, int] | None = None
    compared: list[tuple[int, int]] = []
    for each in (each for each in heard if question.key in each.counts):
        asked = next(one.label for one in each.window.form.questions if one.key == question.key)
        is_reworded = wording is not None and asked != wording
        is_moved = before is not None and each.asked != before
        past, wording, before = ([] if is_reworded or is_moved else past), asked, each.asked
        counts = each.counts[question.key]
        total = sum(counts.values())
        good = None if is_guarded(question.key, counts) else favourable(question.key, counts)
        rows.append(Row(each.gathering, good, total, wilson(good or 0, total), usual_range(past, total), is_reworded,
                        is_moved))  # fmt: skip
        compared = list(past)
        if good is not None:
            past.append((good, total))
    return Trend(question.label, rows[::-1], said(_judged(rows[-1:], compared)))


def _judged(newest: list[Row], past: list[tuple[int, int]]) -> Judgement | None:
    return next((judge((each.good, each.total), past) for each in newest if each.good is not None), None)


def _heard(gatherings: list[Gathering], keys: tuple[str, ...], *, read_by: int | None = None) -> list[_Heard]:
    """What may be shown of these gatherings, oldest first: five statements, however many there are."""
    ids = [each.id for each in gatherings]
    query = select(Batch).join(FormWindow).where(FormWindow.gathering_id.in_(ids), FormWindow.occasion == "after")
    query = query.options(joinedload(Batch.window).joinedload(FormWindow.form))
    if read_by is not None:
        query = query.where(Batch.id.in_(select(Reading.batch_id).where(Reading.person_id == read_by)))
    batches: dict[int, list[Batch]] = defaultdict(list)
    for batch in db.session.scalars(query):
        if batch.answered:
            batches[batch.window.gathering_id].append(batch)
    counted = tallies([batch.id for found in batches.values() for batch in found], keys)
    late = _asked_late(gatherings)
    windows = {each.id: batches[each.id][0].window for each in gatherings if each.id in batches}
    return [
        _Heard(each, window, merge(batches[each.id], counted, keys), (each.id in late, window.more_days))
        for each in gatherings
        if (window := windows.get(each.id)) is not None
    ]


def _asked_late(gatherings: list[Gathering]) -> set[int]:
    """Those after which the form opened half a day or more later than it should have."""
    due = {each.id: timeline.OPENS.due_at(each) for each in gatherings}
    rows = db.session.execute(
        select(LoopStep.gathering_id, LoopStep.passed_at).where(
            LoopStep.gathering_id.in_(due), LoopStep.step == timeline.OPENS.name
        )
    )
    return {each for each, at in rows if (expected := due[each]) is not None and at - expected > LATE}


def _led_by(person_id: int) -> list[Gathering]:
    query = (
        select(Gathering)
        .join(Leader)
        .join(Facilitator)
        .where(Facilitator.person_id == person_id, Gathering.state != "cancelled", Gathering.ends_at < clock.now())
        .options(load_only(*_READ))
        .order_by(Gathering.ends_at.desc())
        .limit(MOST)
    )
    return list(reversed(db.session.scalars(query).all()))


def _ended_in(year: int) -> list[Gathering]:
    zone = YEARS
    start, end = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
    query = select(Gathering).where(Gathering.ends_at >= start, Gathering.ends_at < end).options(load_only(*_READ))
    return list(db.session.scalars(query.order_by(Gathering.ends_at)))


_READ = (Gathering.slug, Gathering.title, Gathering.ends_at, Gathering.zone, Gathering.postponed_at)
"""Of a gathering that is looked back on no more is loaded."""


def _is_enough(heard: list[_Heard]) -> bool:
    answers = sum(sum(each.counts["C4"].values()) for each in heard)
    return len(heard) >= POOL_GATHERINGS and answers >= POOL_ANSWERS
