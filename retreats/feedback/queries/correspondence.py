"""What stands on a person's own page: their words, how far each has come, and what was written back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from retreats import clock
from retreats.accounts import access
from retreats.accounts.models import Person
from retreats.booking.models import Place
from retreats.db import db
from retreats.feedback import own_link
from retreats.feedback.models import (
    CareCase,
    Change,
    Decision,
    FormWindow,
    IntentionAnswer,
    Message,
    Need,
    Point,
    PointStep,
    Verdict,
)
from retreats.feedback.own_questions import OWN, all_questions, labelled
from retreats.feedback.service.addressing import addressee
from retreats.feedback.service.after import SPOKEN, Words, given, takes
from retreats.feedback.service.author import is_asked, verdict_of
from retreats.feedback.service.care_more import is_withheld
from retreats.feedback.service.decide import current
from retreats.feedback.service.taking_back import FOR as TAKEN_BACK_FOR
from retreats.feedback.timeline import noon_of
from retreats.house.queries import current as house
from retreats.languages import day, local, t
from retreats.questions.models import Question

Trail = list[tuple[str, bool, str | None]]


@dataclass(frozen=True)
class Line:
    """One letter of the correspondence."""

    text: str
    by: str | None
    """The facilitator's name; None for one's own."""
    when: str


@dataclass(frozen=True)
class MyWords:
    """One text of mine and what became of it."""

    question: str
    label: dict[str, str]
    text: str
    is_named: bool
    state: Literal["sealed", "waiting", "released", "withdrawn"]
    """sealed (can be changed), waiting (sealed for good: too few answered), or released."""
    wish: str = ""
    trail: Trail = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    asked: bool = False
    """Whether I am asked if it met my point."""
    verdict: Verdict | None = None
    decision: Decision | None = None
    change: Change | None = None
    to: str | None = None
    """For whom of those who led it is."""

    @property
    def is_own(self) -> bool:
        """Whether only this gathering asked it."""
        return self.question in OWN


def my_words(place: Place, token: str, window: FormWindow) -> list[MyWords]:
    """My texts after the gathering, in the order of the questions."""
    labels = {key: labelled(question) for key, question in all_questions(window).items()}
    mine = given(token, window)
    can_change = takes(window, token)
    points = {point.question: point for point in _points(token, window)}
    found = []
    for key in SPOKEN:
        if key in points:
            found.append(_released(points[key], labels[key], place))
        elif key in mine.texts:
            found.append(_sealed(key, mine.texts[key], labels[key], wish=mine.wishes[key], can_change=can_change))
    whom = {key: words.to for key, words in mine.texts.items()} | {key: each.to_id for key, each in points.items()}
    people = [addressee(whom[each.question], place.gathering) for each in found]
    return [replace(each, to=person.name if person else None) for each, person in zip(found, people, strict=True)]


def kept_back(place: Place, words: list[MyWords]) -> set[str]:
    """Which of my sealed words the care contact keeps from those who lead."""
    sealed = [each for each in words if each.state in {"sealed", "waiting"}]
    return {each.question for each in sealed if is_withheld(place.gathering_id, each.question, each.text)}


def my_hopes(place: Place) -> dict[str, str]:
    """What I wrote before the gathering, by question key."""
    rows = db.session.execute(
        select(Question.key, IntentionAnswer)
        .join(Question, Question.id == IntentionAnswer.question_id)
        .where(IntentionAnswer.place_id == place.id)
    ).all()
    return {key: answer.value or "" for key, answer in rows}


def my_ticks(place: Place) -> dict[str, str]:
    """What else I allowed for these answers, as the form has it: `A1_back`."""
    rows = db.session.execute(
        select(Question.key, IntentionAnswer.also)
        .join(Question, Question.id == IntentionAnswer.question_id)
        .where(IntentionAnswer.place_id == place.id)
    ).all()
    return {f"{key}_{each}": "yes" for key, also in rows for each in also.split(",") if each}


def my_needs(place: Place) -> list[Need]:
    """What I asked for, with what was answered."""
    query = select(Need).where(Need.place_id == place.id).options(joinedload(Need.marked_by)).order_by(Need.key)
    return list(db.session.scalars(query))


def my_care_cases(place: Place, token: str, window: FormWindow | None) -> list[CareCase]:
    """What I told the care contact, found by my own link (or, before the gathering, by my name)."""
    mine = CareCase.place_id == place.id
    if window is not None:
        locators = [own_link.locator(token, window.id, question) for question in (*SPOKEN, "C10")]
        mine = mine | CareCase.locator.in_(locators)
    return [
        case
        for case in db.session.scalars(select(CareCase).where(mine).order_by(CareCase.id))
        if case.text or case.choice
    ]


def readings_of(case: CareCase) -> list[tuple[str, datetime]]:
    """Who looked at a case, and on which days."""
    notes = reversed(access.looks_at([f"care_case:{case.id}"]))
    return [(note.actor.name, noon_of(note.day, house().zone)) for note in notes]


def my_health_note(place: Place) -> CareCase | None:
    """What I noted about health before coming, while it says something."""
    query = select(CareCase).where(
        CareCase.place_id == place.id, CareCase.source == "A6", CareCase.text_sealed.is_not(None)
    )
    return db.session.scalar(query)


def _points(token: str, window: FormWindow) -> list[Point]:
    locators = [each for question in SPOKEN for each in own_link.point_locators(token, window.id, question)]
    return list(db.session.scalars(select(Point).where(Point.locator.in_(locators))))


def _sealed(key: str, words: Words, label: dict[str, str], *, wish: str, can_change: bool) -> MyWords:
    note = _("sealed until the release") if can_change else _("sealed")
    trail = [(_("sent"), True, note), *((word, False, None) for word in _later_words(words.kind))]
    return MyWords(key, label, words.text, words.mode == "named", "sealed" if can_change else "waiting", wish, trail)


def _released(point: Point, label: dict[str, str], place: Place) -> MyWords:
    decision = current(point.id)
    change = decision.changes[-1] if decision is not None and decision.changes else None
    return MyWords(
        question=point.question,
        label=label,
        text=point.text or "",
        is_named=point.place_id is not None,
        state="withdrawn" if point.state == "withdrawn" else "released",
        trail=_trail(point, decision, change, place.gathering.zone),
        lines=_lines(point, place.gathering.zone),
        asked=is_asked(point),
        verdict=verdict_of(point),
        decision=decision if decision is not None and decision.kind != "need_to_talk" else None,
        change=change,
    )


def _later_words(kind: str) -> list[str]:
    if kind == "thanks":
        return [_("read"), _("heard")]
    if kind == "sharing":
        return [_("read")]
    return (
        [_("read"), _("answered"), _("decided"), _("done")]
        if kind == "change"
        else [_("read"), _("answered"), _("done")]
    )


def _trail(point: Point, decision: Decision | None, change: Change | None, zone: str) -> Trail:
    """Sent, read, answered, decided, done: as many of the five as this kind of point is owed."""
    steps: dict[str, PointStep] = {}
    for each in db.session.scalars(
        select(PointStep)
        .where(
            PointStep.point_id == point.id,
            or_(PointStep.step != "answered", PointStep.taken_at <= clock.now() - TAKEN_BACK_FOR),
        )
        .options(joinedload(PointStep.staff))
        .order_by(PointStep.taken_at)
    ):
        steps.setdefault(each.step, each)
    answered = steps.get("answered") or steps.get("acknowledged")
    reached = {
        _("sent"): (True, None),
        _("read"): (point.state != "released", _by(steps.get("read"))),
        _("heard"): (answered is not None, _by(answered)),
        _("answered"): (answered is not None, _by(answered) if "answered" in steps else _heard(answered)),
        _("decided"): (decision is not None, _decided(decision, zone)),
        _("done"): _done(point, decision, change, zone),
    }
    return [(word, *reached[word]) for word in (_("sent"), *_later_words(point.kind))]


def _by(step: PointStep | None) -> str | None:
    return _("by %(name)s", name=step.staff.name) if step is not None and step.staff is not None else None


def _heard(step: PointStep | None) -> str | None:
    return _("heard by %(name)s", name=step.staff.name) if step is not None and step.staff is not None else None


def _decided(decision: Decision | None, zone: str) -> str | None:
    if decision is None:
        return None
    if decision.kind == "will_change" and decision.due_at is not None:
        return _("yes, by %(day)s", day=day(decision.due_at, zone))
    words = {"will_change": _("yes"), "already_so": _("it is so already"), "will_not": _("no, and why stands below"),
             "need_to_talk": _("they would like to talk")}  # fmt: skip
    return words[decision.kind]


def _done(point: Point, decision: Decision | None, change: Change | None, zone: str) -> tuple[bool, str | None]:
    if point.state == "confirmed":
        return True, _("you said that it met your point")
    if point.state == "reopened":
        return False, _("they look at it again")
    if change is not None:
        return True, _("since %(day)s", day=day(change.made_on, zone))
    return ((decision is not None and decision.kind in {"already_so", "will_not"} and point.state in {"told", "lapsed", "unmet"})
            or (point.kind == "question" and point.state in {"told", "lapsed", "unmet"})), None  # fmt: skip


def _lines(point: Point, zone: str) -> list[Line]:
    """The letters of both sides, and what I added when I said whether it met my point, oldest first."""
    letters = db.session.scalars(
        select(Message)
        .where(Message.point_id == point.id, or_(Message.side == "author", Message.visible_after <= clock.now()))
        .options(joinedload(Message.staff))
    ).all()
    verdicts = db.session.scalars(select(Verdict).where(Verdict.point_id == point.id)).all()
    written: list[Message | Verdict] = [*letters, *(each for each in verdicts if each.text)]
    found = []
    for each in sorted(written, key=lambda each: each.visible_after):
        staff = each.staff if isinstance(each, Message) else None
        found.append(
            Line(each.text or "", staff.name if staff else None, _when(each.visible_after, staff, point, zone))
        )
    return found


def _when(moment: datetime, staff: Person | None, point: Point, zone: str) -> str:
    """A day for what facilitators write and what is signed; for an unnamed author no more than the week."""
    exactly = staff is not None or point.place_id is not None
    return day(moment, zone) if exactly else week_words(moment, zone)


def week_words(moment: datetime, zone: str) -> str:
    """`this week`, or an earlier one."""
    this, that = local(clock.now(), zone).isocalendar(), local(moment, zone).isocalendar()
    return _("this week") if this[:2] <= that[:2] else _("earlier")


def need_words(need: Need, questions: dict[str, Question]) -> str:
    """What was asked for, in the reader's language where it is a ready-made wish, else in its author's words."""
    if need.text is not None:
        return need.text
    key, _colon, value = need.key.partition(":")
    options = questions[key].options if key in questions else []
    return next((t(option) for option in options if option["value"] == value), value)
