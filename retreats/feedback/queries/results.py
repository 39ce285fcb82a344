"""What those who led a gathering may see of what was said, and what they owe. Never more than the thresholds allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import Localised, db
from retreats.feedback import timeline
from retreats.feedback.measures import Interval, bounds
from retreats.feedback.models import Batch, Change, Decision, FormWindow, Point, Reading
from retreats.feedback.own_questions import OWN, all_questions, labelled, own_scales
from retreats.feedback.queries.correspondence import Line
from retreats.feedback.queries.decided import current_decisions
from retreats.feedback.queries.readable import readable
from retreats.feedback.queries.written import asked_in, promised_aloud, written_about
from retreats.feedback.service.addressing import addressee
from retreats.feedback.service.form_choices import is_asked_after, step_due
from retreats.feedback.service.reflection import predicted, reflection_of
from retreats.feedback.service.release import ENOUGH, ENOUGH_MORE, tallies
from retreats.languages import day, t
from retreats.questions.models import Question

FAVOURABLE, UNFAVOURABLE = ("4", "5"), ("1", "2")
GUARDED = ("C1", "C2", "C3", *OWN)
"""Where (nearly) everybody said something unfavourable, no numbers are shown: they would tell what each one said (T8)."""
SHOWN = ("C1", "C2", "C3", "C5", "C6")
OWED = ("question", "change")


@dataclass(frozen=True)
class ScaleRow:
    """One question with how often each word was said, in the order of the words."""

    label: dict[str, str]
    counts: list[tuple[str, int]]
    """Empty where only `in_words` may be said."""
    total: int
    in_words: str
    silent: int
    good: int = 0
    """How many said so; meaningless with `in_words` alone."""
    bounds: Interval | None = None
    """Of everybody who was there: the share that said so, and the share if all who kept silent had; None with `in_words`."""
    key: str = ""


@dataclass(frozen=True)
class Card:
    """One point with what it is owed."""

    point: Point
    who: str | None
    """Their name, where they signed."""
    owed: str | None
    """What it is owed next, with the day; None when nothing is."""
    late: bool
    lines: list[Line]
    decision: Decision | None
    change: Change | None
    verdict: str | None
    asked: Localised | None = None
    """What they answered, in the words in which it was asked."""
    to: str | None = None
    """For whom of those who led it is; None for all of them."""
    is_mine: bool = True
    """Whether the reader answers it."""

    def for_one(self, person: Person | None, reader_id: int) -> Card:
        """The same as this reader may see it: what was written about words for somebody else is not theirs."""
        if person is None:
            return self
        is_mine = person.id == reader_id
        return replace(self, to=person.name, is_mine=is_mine, lines=self.lines if is_mine else [])


@dataclass(frozen=True)
class Results:
    """After {gathering}."""

    state: Literal["not_ended", "off", "collecting", "unasked", "too_few", "unopened", "open"]
    readable_from: datetime | None = None
    enough: int = ENOUGH
    answered: int = 0
    attended: int = 0
    more_to_open: bool = False
    thanks: list[Card] = field(default_factory=list)
    asks: list[Card] = field(default_factory=list)
    rest: list[Card] = field(default_factory=list)
    rows: list[ScaleRow] = field(default_factory=list)
    expected: str | None = None
    skipped: bool = False
    promises: list[Decision] = field(default_factory=list)

    @property
    def to_answer(self) -> int:
        """How many cards are owed something by the reader."""
        return sum(card.owed is not None and card.is_mine for card in (*self.thanks, *self.asks, *self.rest))


def results(gathering: Gathering, person_id: int) -> Results:
    """What this facilitator may see now. While a form collects, the same for none as for four or forty answers."""
    window = db.session.scalar(
        select(FormWindow).where(FormWindow.gathering_id == gathering.id, FormWindow.occasion == "after")
    )
    if window is None and not is_asked_after(gathering.id):
        return Results("off", promises=promised_aloud(gathering.id))
    if not gathering.has_ended(clock.now()):
        return Results("not_ended")
    batches = _batches(window)
    if window is None or not batches:
        if window is not None and window.state in {"held", "closed"}:
            return Results("too_few", attended=window.attended)
        return Results(
            "unasked" if window is None and timeline.is_unasked(gathering, clock.now()) else "collecting",
            readable_from=step_due(timeline.RELEASE_1, gathering),
            enough=window.enough if window else ENOUGH,
            promises=promised_aloud(gathering.id),
        )
    opened = set(db.session.scalars(select(Reading.batch_id).where(Reading.person_id == person_id)))
    seen = [batch for batch in batches if batch.id in opened]
    if not seen:
        return Results("unopened", answered=sum(batch.answered for batch in batches), attended=window.attended)
    return _opened(gathering, window, seen, person_id, more=len(seen) < len(batches))


def cards_of(points: list[Point], gathering: Gathering, person_id: int) -> list[Card]:
    """Points as those who led see them, with what they are owed; five statements, however many there are."""
    ids = [point.id for point in points]
    decisions = current_decisions(ids)
    lines, asked, zone = written_about(points, gathering.zone), asked_in(points), gathering.zone
    cards = [
        _card(point, decisions.get(point.id), lines.get(point.id, []), zone, asked.get(point.id)) for point in points
    ]
    return [card.for_one(addressee(card.point.to_id, gathering), person_id) for card in cards]


def _card(point: Point, decision: Decision | None, lines: list[Line], zone: str, asked: Localised | None) -> Card:
    owed, due = owed_to(point, decision, zone)
    is_near = due is not None and abs(due - clock.now()) < timedelta(days=180)
    words = _("%(what)s by %(day)s", what=owed, day=day(due, zone, year=not is_near)) if owed and due else owed
    verdicts = {
        "confirmed": _("They said that it met their point."),
        "unmet": _("They said that it did not meet their point."),
        "reopened": _("They said that it met their point in part or not at all. Please look again."),
        "lapsed": _("They were told and said nothing more."),
    }
    return Card(
        point=point,
        who=point.place.called if point.place is not None else None,
        owed=words,
        late=due is not None and due < clock.now(),
        lines=lines,
        decision=decision,
        change=decision.changes[-1] if decision is not None and decision.changes else None,
        verdict=verdicts.get(point.state),
        asked=asked,
    )


def points_of(batch_ids: list[int]) -> list[Point]:
    """The points of these batches that were not withdrawn, in the order of their random ids."""
    query = select(Point).where(Point.batch_id.in_(batch_ids), Point.state != "withdrawn")
    return list(db.session.scalars(query.options(joinedload(Point.place), joinedload(Point.batch)).order_by(Point.id)))


def scale_rows(window: FormWindow, batches: list[Batch], shown: tuple[str, ...] = SHOWN) -> list[ScaleRow]:
    """How often each word was said. A question shows with five answers or more; a later batch joins it with three."""
    merged = merge(batches, tallies([batch.id for batch in batches], shown), shown)
    questions = all_questions(window)
    return [_row(questions[key], counts, window.attended) for key, counts in merged.items()]


class Numbered(NamedTuple):
    """A batch, as far as merging needs to know it."""

    id: int
    number: int


def merge(
    batches: Sequence[Batch | Numbered], counted: dict[int, dict[str, dict[str, int]]], keys: tuple[str, ...]
) -> dict[str, dict[str, int]]:
    """What may be shown of one form's batches: by question, how often each word was said (thresholds T2 and T4)."""
    ordered = [counted.get(batch.id, {}) for batch in sorted(batches, key=lambda each: each.number)]
    found = {}
    for key in keys:
        merged: dict[str, int] = {}
        for number, tally in enumerate(ordered):
            more = tally.get(key, {})
            if number == 0 or sum(more.values()) >= ENOUGH_MORE:
                merged = {value: merged.get(value, 0) + more.get(value, 0) for value in {*merged, *more}}
            if sum(merged.values()) >= ENOUGH and is_guarded(key, merged):
                break  # What later ones said would tell the numbers that could not be shown: they do not join.
        if sum(merged.values()) >= ENOUGH:
            found[key] = merged
    return found


def is_guarded(key: str, counts: dict[str, int]) -> bool:
    """Whether (nearly) everybody said something unfavourable here: then no number may show (T8)."""
    return key in GUARDED and sum(counts.get(value, 0) for value in UNFAVOURABLE) >= sum(counts.values()) - 1


def favourable(key: str, counts: dict[str, int]) -> int:
    """How many said one of the top two words, or yes."""
    return counts.get("yes", 0) if key == "C6" else sum(counts.get(value, 0) for value in FAVOURABLE)


def _opened(gathering: Gathering, window: FormWindow, seen: list[Batch], person_id: int, *, more: bool) -> Results:
    cards = cards_of(readable(gathering.id, person_id), gathering, person_id)
    rank = {"question": 0, "change": 1}
    asks = sorted((card for card in cards if card.point.kind in OWED), key=lambda card: rank[card.point.kind])
    reflection = reflection_of(gathering.id, person_id)
    answered, rows = sum(batch.answered for batch in seen), scale_rows(window, seen, (*SHOWN, *own_scales(window)))
    return Results(
        "open",
        answered=answered,
        attended=window.attended,
        more_to_open=more,
        thanks=[card for card in cards if card.point.kind == "thanks"],
        asks=asks,
        rest=[card for card in cards if card.point.kind == "sharing"],
        rows=rows,
        expected=_expected(rows, predicted(reflection)),
        skipped=reflection is None,
        promises=promised_aloud(gathering.id),
    )


def _row(question: Question, counts: dict[str, int], attended: int) -> ScaleRow:
    total, label = sum(counts.values()), labelled(question)
    silent = max(attended - total, 0)
    if is_guarded(question.key, counts):
        return ScaleRow(label, [], total, _("Most of those who answered did not find it so."), silent, key=question.key)
    words = [(t(option), counts.get(str(option["value"]), 0)) for option in question.options]
    good = favourable(question.key, counts)
    in_words = (
        _("%(yes)s of %(total)s said yes", yes=good, total=total)
        if question.key == "C6"
        else _("%(good)s of %(total)s said mostly or entirely", good=good, total=total)
    )
    return ScaleRow(
        label, words, total, in_words, silent, good=good, bounds=bounds(good, total, attended), key=question.key
    )


def _expected(rows: list[ScaleRow], expected: int | None) -> str | None:
    """The prediction beside what was heard, in one sentence."""
    heard = next((row for row in rows if row.key == "C1"), None)
    if expected is None or heard is None:
        return None
    return _("You expected that %(expected)s would say there was room for the hard things. %(heard)s; %(silent)s did not say.",
             expected=expected, heard=heard.in_words.rstrip("."), silent=heard.silent)  # fmt: skip


def owed_to(point: Point, decision: Decision | None, zone: str) -> tuple[str | None, datetime | None]:
    """What a point is owed next, and by when. Clocks run from the release, never from when it was written."""
    nothing = (None, None)

    def within(days: int) -> datetime:
        return timeline.later(point.batch.released_at, zone, days=days)

    if point.state == "reopened":
        return _("another look"), None
    if point.kind in {"thanks", "sharing"} and not point.wants_reply:
        owes_thanks = point.kind == "thanks" and point.state in _NEW
        return (_("a thank-you"), within(timeline.HEARD_DAYS)) if owes_thanks else nothing
    if point.state in _NEW or (point.kind != "change" and point.state == "acknowledged"):
        return _("a reply"), within(timeline.REPLY_DAYS)
    return _owed_to_change(point, decision, within(timeline.DECISION_DAYS)) if point.kind == "change" else nothing


def _owed_to_change(
    point: Point, decision: Decision | None, decided_by: datetime
) -> tuple[str | None, datetime | None]:
    """After the first word: a decision, then the change that was promised."""
    if decision is None or decision.kind == "need_to_talk":
        owes = point.state in {"acknowledged", "answered", "decided"}
        return (_("a decision"), decided_by) if owes else (None, None)
    is_promised = point.state == "decided" and decision.kind == "will_change"
    return (_("the change"), decision.due_at) if is_promised else (None, None)


_NEW = ("released", "read")


def _batches(window: FormWindow | None) -> list[Batch]:
    if window is None:
        return []
    return list(db.session.scalars(select(Batch).where(Batch.window_id == window.id).order_by(Batch.number)))
