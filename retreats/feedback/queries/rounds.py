"""What may be read of the short rounds: by those who lead and by organisers once one was passed on, by a person what is theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from retreats import clock
from retreats.booking.models import Place
from retreats.booking.queries import attends
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback import addresses, own_link, timeline
from retreats.feedback.measures import bounds
from retreats.feedback.models import Batch, CareCase, CheckIn, FormWindow, GroupText, TalkWish
from retreats.feedback.practised import AskedPractice, answered_of
from retreats.feedback.queries.results import UNFAVOURABLE, ScaleRow
from retreats.feedback.rounds import CHECK_IN, HINDSIGHT, ROUNDS, Round
from retreats.feedback.service.care_more import is_withheld
from retreats.feedback.service.release import ENOUGH, tallies
from retreats.feedback.service.rounds import closes_at, round_takes, spoken, told_care
from retreats.languages import t
from retreats.questions.models import Form, Question

GOOD = {
    "B1": ("3",),
    "B2": ("4", "5"),
    "B3": ("4", "5"),
    "D1": ("4", "5"),
    "D3": ("now_and_then", "mine"),
    "D5": ("met",),
}
"""Which words of a question are counted together in its sentence."""
GUARDED = ("B2", "B3", "D1")
"""Where (nearly) everybody said something unfavourable, no numbers are shown (T8)."""
Texts = list[tuple[dict[str, str], list[str]]]


@dataclass(frozen=True)
class RoundSeen:
    """One round of a gathering as staff may see it. While it collects, the same for none as for four or forty answers."""

    asked: Round
    state: Literal["collecting", "too_few", "open"]
    closes_at: datetime | None
    answered: int = 0
    attended: int = 0
    rows: list[tuple[dict[str, str], ScaleRow | None]] = field(default_factory=list)
    """By question; None where fewer than five answered it."""
    texts: Texts = field(default_factory=list)
    """By question, in no telling order."""


def rounds_seen(gathering: Gathering, *, texts: Sequence[str] | None = None) -> list[RoundSeen]:
    """Every round that was opened, in order. `texts`: only these questions' texts (organisers read what is meant for them)."""
    windows = db.session.scalars(
        select(FormWindow)
        .where(FormWindow.gathering_id == gathering.id, FormWindow.occasion.in_(ROUNDS))
        .options(joinedload(FormWindow.form).selectinload(Form.questions), joinedload(FormWindow.gathering))
    ).all()
    if not windows:
        return []
    batches: dict[int, list[Batch]] = {}
    for batch in db.session.scalars(select(Batch).where(Batch.window_id.in_([each.id for each in windows]))):
        batches.setdefault(batch.window_id, []).append(batch)
    ids = [batch.id for found in batches.values() for batch in found]
    counted, written = tallies(ids), _texts(ids)
    ordered = sorted(windows, key=lambda each: list(ROUNDS).index(each.occasion))
    return [_seen(each, batches.get(each.id, []), counted, written, texts) for each in ordered]


def check_in_seen(gathering: Gathering) -> RoundSeen | None:
    """The check-in as those who lead it may see it; None before it opens."""
    return next((each for each in rounds_seen(gathering) if each.asked is CHECK_IN), None)


def _seen(
    window: FormWindow, batches: list[Batch], counted: dict[int, dict[str, dict[str, int]]],
    written: dict[int, dict[str, list[str]]], wanted: Sequence[str] | None,
) -> RoundSeen:  # fmt: skip
    asked, closes = ROUNDS[window.occasion], closes_at(window.gathering, window.occasion)
    if window.state == "collecting":
        return RoundSeen(asked, "collecting", closes)
    if not batches:
        return RoundSeen(asked, "too_few", closes, attended=window.attended)
    batch, questions = batches[0], {question.key: question for question in window.form.questions}
    said = counted.get(batch.id, {})
    shown = asked.texts if wanted is None else [key for key in asked.texts if key in wanted]
    return RoundSeen(
        asked, "open", closes, batch.answered, window.attended,
        rows=_rows(window, said, with_practices=wanted is None) if batch.answered else [],
        texts=[(questions[key].label, words) for key in shown if (words := written.get(batch.id, {}).get(key, []))],
    )  # fmt: skip


def _rows(
    window: FormWindow, said: dict[str, dict[str, int]], *, with_practices: bool
) -> list[tuple[dict[str, str], ScaleRow | None]]:
    """Every question of the scale; what people practise, one by one, is for those who lead."""
    questions = {question.key: question for question in window.form.questions}
    found = [(questions[key].label, _row(questions[key], said.get(key, {}), window.attended))
             for key in ROUNDS[window.occasion].scales]  # fmt: skip
    if with_practices:
        answered = answered_of(window.gathering_id, window.form.questions, set(said))
        found += [(each.label, _row(each, said[each.key], sum(said[each.key].values()))) for each in answered]
    return found


def _row(question: Question | AskedPractice, counts: dict[str, int], attended: int) -> ScaleRow | None:
    total = sum(counts.values())
    if total < ENOUGH:
        return None
    silent = max(attended - total, 0)
    if question.key in GUARDED and sum(counts.get(value, 0) for value in UNFAVOURABLE) >= total - 1:
        return ScaleRow(question.label, [], total, _("Most of those who answered did not find it so."), silent)
    words = [(t(option), counts.get(str(option["value"]), 0)) for option in question.options]
    wanted = GOOD.get(question.key.partition("_")[0])
    if wanted is None:
        return ScaleRow(question.label, words, total, ngettext("%(num)s answered", "%(num)s answered", total), silent)
    good = sum(counts.get(value, 0) for value in wanted)
    spelled = " / ".join(t(option) for option in question.options if option["value"] in wanted)
    sentence = _("%(good)s of %(total)s said “%(words)s”", good=good, total=total, words=spelled)
    return ScaleRow(question.label, words, total, sentence, silent, good=good, bounds=bounds(good, total, attended))


def _texts(batch_ids: list[int]) -> dict[int, dict[str, list[str]]]:
    """What was written, by batch and question; within a question in the order of random ids."""
    found: dict[int, dict[str, list[str]]] = {}
    for each in db.session.scalars(select(GroupText).where(GroupText.batch_id.in_(batch_ids)).order_by(GroupText.id)):
        found.setdefault(each.batch_id, {}).setdefault(each.question, []).append(each.text or "")
    return found


def hindsight(gathering: Gathering) -> list[RoundSeen]:
    """For those who write the next page: the words of the scales, and what should have been explained before booking."""
    return rounds_seen(gathering, texts=[HINDSIGHT])


def talks_wanted(gathering_ids: Sequence[int]) -> list[TalkWish]:
    """Who would like a facilitator to come and talk, and nobody has come yet: the longest waiting first."""
    query = (
        select(TalkWish)
        .join(Place, Place.id == TalkWish.place_id)
        .where(Place.gathering_id.in_(gathering_ids), TalkWish.met_at.is_(None), attends())
        .options(joinedload(TalkWish.place))
        .order_by(TalkWish.asked_at)
    )
    return list(db.session.scalars(query))


def errands(gatherings: Sequence[Gathering]) -> Iterator[tuple[datetime, str, Gathering, str]]:
    """For the agenda: who waits for a facilitator since when, and which check-in waits for its line; of what goes on now."""
    known = {each.id: each for each in gatherings}
    for wish in talks_wanted(list(known)):
        gathering = known[wish.place.gathering_id]
        yield wish.asked_at, _("Somebody would like to talk"), gathering, addresses.check_in_path(gathering)
    unanswered = (
        select(FormWindow.gathering_id)
        .outerjoin(CheckIn, CheckIn.gathering_id == FormWindow.gathering_id)
        .where(FormWindow.gathering_id.in_(known), FormWindow.occasion == CHECK_IN.occasion)
        .where(FormWindow.state != "collecting", CheckIn.said_at.is_(None))
    )
    for gathering in (known[each] for each in db.session.scalars(unanswered)):
        closed = closes_at(gathering, CHECK_IN.occasion)
        if closed is not None:
            path = f"{addresses.check_in_path(gathering)}#line"
            yield closed, _("The check-in waits for your answer"), gathering, path


@dataclass(frozen=True)
class MyText:
    """One text of mine in a round."""

    question: str
    label: dict[str, str]
    text: str
    state: Literal["sealed", "held", "waiting", "kept_back", "read"]
    wish: str = ""


@dataclass(frozen=True)
class MyRound:
    """A round on my own page."""

    asked: Round
    may_answer: bool
    has_answered: bool
    closes_at: datetime | None
    held_until: datetime | None
    texts: list[MyText]
    stays: str = ""
    """What I said about staying in touch, while it lies sealed."""


def my_rounds(place: Place, token: str) -> list[MyRound]:
    """Every round that I was asked in, read back by my own link."""
    windows = db.session.scalars(
        select(FormWindow)
        .where(FormWindow.gathering_id == place.gathering_id, FormWindow.occasion.in_(ROUNDS))
        .options(joinedload(FormWindow.gathering), joinedload(FormWindow.form).options(selectinload(Form.questions)))
    ).all()
    ordered = sorted(windows, key=lambda each: list(ROUNDS).index(each.occasion))
    return [_mine(each, place, token) for each in ordered]


def _mine(window: FormWindow, place: Place, token: str) -> MyRound:
    asked = ROUNDS[window.occasion]
    said, labels = spoken(token, window, asked), {each.key: each.label for each in window.form.questions}
    may = round_takes(window) and place.presence != "missed"
    held_until = timeline.FOLLOW_UPS[asked.days, "held"].due_at(place.gathering) if asked.days else None
    state: Literal["sealed", "held", "waiting"] = (
        "sealed" if may else "held" if window.state == "held" and _is_ahead(held_until) else "waiting"
    )
    kept_back = {key for key, text in said.texts.items() if is_withheld(place.gathering_id, key, text)}
    texts = [MyText(key, labels[key], said.texts[key], "kept_back" if key in kept_back else state,
                    said.wishes.get(key, "")) for key in asked.texts if key in said.texts]  # fmt: skip
    read = [
        MyText(each.question, labels[each.question], each.text or "", "read")
        for each in _passed_on(token, window, asked)
    ]
    return MyRound(asked, may, bool(said.scales or said.texts), closes_at(place.gathering, window.occasion), held_until,
                   texts + read, stays=said.scales.get("D8", ""))  # fmt: skip


def _is_ahead(moment: datetime | None) -> bool:
    return moment is not None and clock.now() < moment


def _passed_on(token: str, window: FormWindow, asked: Round) -> list[GroupText]:
    places = [own_link.released_locator(token, window.id, question) for question in asked.texts]
    return list(db.session.scalars(select(GroupText).where(GroupText.locator.in_(places)).order_by(GroupText.question)))


def my_round_cases(place: Place, token: str) -> list[CareCase]:
    """What I told the care contact in a follow-up, found by my own link."""
    windows = db.session.scalars(
        select(FormWindow).where(FormWindow.gathering_id == place.gathering_id, FormWindow.occasion.in_(ROUNDS))
    ).all()
    found = [told_care(token, each, ROUNDS[each.occasion]) for each in windows]
    return [case for case in found if case is not None and (case.text or case.choice)]
