"""Questions before booking: what everybody reads of them, what waits for those who lead, and how many were answered in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import joinedload

from retreats import clock
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback.models import EarlyQuestion, Need, PageAnswer
from retreats.feedback.service.asking import can_be_asked, whose
from retreats.feedback.service.on_page import OUT_OF_THE_FORM, allowing_the_page
from retreats.feedback.service.rules import rules_of

LEAST, SINCE = 5, timedelta(days=365)
"""A share is shown from so many questions on, of so long back."""


@dataclass(frozen=True)
class Asking:
    """What a gathering's page says about asking."""

    is_open: bool
    days: int
    in_time: tuple[int, int] | None
    """How many of how many were answered within the promised time; None: too few to say."""
    answers: list[PageAnswer]


@dataclass(frozen=True)
class Waiting:
    """Questions to one gathering that wait for a word, and since when the first of them is late, or by when it is due."""

    gathering: Gathering
    count: int
    late: int
    due_at: datetime


def asking_at(gathering: Gathering) -> Asking:
    """For its page."""
    answers = db.session.scalars(
        select(PageAnswer).where(PageAnswer.gathering_id == gathering.id).order_by(PageAnswer.put_at, PageAnswer.id)
    )
    is_open = can_be_asked(gathering, clock.now())
    return Asking(is_open, rules_of(gathering.id).answer_days, answered_in_time(), list(answers))


def answered_in_time() -> tuple[int, int] | None:
    """Of the questions of twelve months whose promised day has come, how many were answered by it. Those that were taken
    back before it are left out.
    """
    now = clock.now()
    kept = case((EarlyQuestion.answered_at <= EarlyQuestion.due_at, 1), else_=0)
    counted, in_time = db.session.execute(
        select(func.count(), func.sum(kept)).where(
            EarlyQuestion.due_at <= now,
            EarlyQuestion.due_at > now - SINCE,
            or_(EarlyQuestion.withdrawn_at.is_(None), EarlyQuestion.answered_at.is_not(None),
                EarlyQuestion.withdrawn_at > EarlyQuestion.due_at),
        )
    ).one()  # fmt: skip
    return (int(in_time), counted) if counted >= LEAST else None


def questions_to(gathering_id: int) -> list[EarlyQuestion]:
    """For those who lead: what waits, the longest first; then the latest first. What was taken back is not there any more."""
    found = db.session.scalars(
        select(EarlyQuestion)
        .where(EarlyQuestion.gathering_id == gathering_id, EarlyQuestion.text_sealed.is_not(None))
        .options(joinedload(EarlyQuestion.on_page), joinedload(EarlyQuestion.answered_by))
        .order_by(EarlyQuestion.asked_at.desc(), EarlyQuestion.id)
    ).all()
    answered = [each for each in found if not each.waits]
    return [each for each in reversed(found) if each.waits] + answered


def asked_by_those(places: list[Place]) -> dict[int, list[EarlyQuestion]]:
    """What attendees of one gathering asked before they booked, found by their address: kept with their place, and with
    what was answered. One statement.
    """
    by_code = {whose(each.email): each for each in places if each.email}
    rows = db.session.scalars(
        select(EarlyQuestion)
        .where(EarlyQuestion.found_by.in_(by_code), EarlyQuestion.text_sealed.is_not(None),
               EarlyQuestion.gathering_id.in_({each.gathering_id for each in places}))
        .options(joinedload(EarlyQuestion.answered_by))
        .order_by(EarlyQuestion.asked_at, EarlyQuestion.id)
    )  # fmt: skip
    found: dict[int, list[EarlyQuestion]] = {}
    for each in rows:
        found.setdefault(by_code[each.found_by or ""].id, []).append(each)
    return found


def needs_for_the_page(gathering_id: int) -> list[tuple[Need, PageAnswer | None]]:
    """Questions out of the form before coming that are answered and may stand on the page, with what stands there."""
    rows = db.session.execute(
        select(Need, PageAnswer)
        .join(Place, Place.id == Need.place_id)
        .outerjoin(PageAnswer, PageAnswer.need_id == Need.id)
        .where(Place.gathering_id == gathering_id, Need.key == OUT_OF_THE_FORM, Need.mark == "answered")
        .order_by(Need.id)
    ).all()
    allowed = allowing_the_page([need.place_id for need, _ in rows])
    return [(need, shown) for need, shown in rows if need.place_id in allowed]


def waiting(gathering_ids: list[int] | None = None) -> list[Waiting]:
    """Where questions wait, the earliest due first: one statement for all gatherings, or for these."""
    now = clock.now()
    since = func.coalesce(EarlyQuestion.back_at, EarlyQuestion.due_at, type_=EarlyQuestion.due_at.type)
    first_time = EarlyQuestion.answered_at.is_(None)
    rows = db.session.execute(
        select(Gathering, func.count(), func.sum(case((first_time & (EarlyQuestion.due_at < now), 1), else_=0)),
               func.min(since, type_=EarlyQuestion.due_at.type))
        .join(EarlyQuestion, EarlyQuestion.gathering_id == Gathering.id)
        .where(Gathering.state != "cancelled", EarlyQuestion.withdrawn_at.is_(None), EarlyQuestion.text_sealed.is_not(None),
               first_time | (EarlyQuestion.back_at.is_not(None) & EarlyQuestion.last_at.is_(None)),
               *([Gathering.id.in_(gathering_ids)] if gathering_ids is not None else []))
        .group_by(Gathering.id)
    )  # fmt: skip
    found = [Waiting(gathering, count, int(late), due) for gathering, count, late, due in rows]
    return sorted(found, key=lambda each: each.due_at)
