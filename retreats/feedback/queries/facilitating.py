"""A facilitator's gatherings: what is to be marked before, and what is owed after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from retreats import clock
from retreats.booking.models import Place
from retreats.catalogue.models import Facilitator, Gathering, Leader
from retreats.db import db
from retreats.feedback import timeline
from retreats.feedback.models import CareCase, IntentionAnswer, Need
from retreats.feedback.people import attends
from retreats.feedback.queries.results import Results, results
from retreats.feedback.service import reflection
from retreats.questions.models import Question


@dataclass(frozen=True)
class Coming:
    """A gathering that is not over yet."""

    gathering: Gathering
    needs: int
    unmarked: int
    due_at: datetime | None


@dataclass(frozen=True)
class Past:
    """A gathering whose loop is going on."""

    gathering: Gathering
    results: Results
    may_reflect: bool


@dataclass(frozen=True)
class Attendee:
    """Somebody who is coming, with what they hope for and need."""

    place: Place
    answers: dict[str, str]
    needs: list[Need]
    health: str | None
    """A health note, where its author let facilitators know it too."""


def overview(person_id: int) -> tuple[list[Coming], list[Past]]:
    """What is coming, soonest first, and what was, latest first, for as long as its loop takes."""
    now = clock.now()
    query = (
        select(Gathering)
        .join(Leader)
        .join(Facilitator)
        .where(Facilitator.person_id == person_id, Gathering.published_at.is_not(None), Gathering.state != "cancelled",
               Gathering.ends_at > now - timedelta(days=365))
        .order_by(Gathering.starts_at)
    )  # fmt: skip
    gatherings = db.session.scalars(query).all()
    ahead = [_coming(each) for each in gatherings if each.ends_at is not None and each.ends_at > now]
    behind = [
        Past(each, results(each, person_id), reflection.is_open(each, person_id))
        for each in reversed(gatherings)
        if each.ends_at is not None and each.ends_at <= now
    ]
    return ahead, behind


def preparation(gathering: Gathering) -> list[Attendee]:
    """Everybody who is coming and said something before, by name."""
    places = db.session.scalars(
        select(Place).where(Place.gathering_id == gathering.id, attends()).order_by(Place.name, Place.id)
    ).all()
    ids = [place.id for place in places]
    answers: dict[int, dict[str, str]] = {}
    rows = db.session.execute(
        select(IntentionAnswer, Question.key)
        .join(Question, Question.id == IntentionAnswer.question_id)
        .where(IntentionAnswer.place_id.in_(ids))
    )
    for answer, key in rows:
        answers.setdefault(answer.place_id, {})[key] = answer.value or ""
    needs: dict[int, list[Need]] = {}
    for need in db.session.scalars(
        select(Need).where(Need.place_id.in_(ids)).options(joinedload(Need.marked_by)).order_by(Need.key)
    ):
        needs.setdefault(need.place_id, []).append(need)
    shared = select(CareCase).where(CareCase.place_id.in_(ids), CareCase.source == "A6", CareCase.shared)
    health = {case.place_id: case.text for case in db.session.scalars(shared)}
    found = [Attendee(each, answers.get(each.id, {}), needs.get(each.id, []), health.get(each.id)) for each in places]
    return [each for each in found if each.answers or each.needs or each.health]


def _coming(gathering: Gathering) -> Coming:
    marks = db.session.scalars(select(Need.mark).join(Place).where(Place.gathering_id == gathering.id, attends())).all()
    return Coming(gathering, len(marks), sum(mark is None for mark in marks), timeline.NEEDS_TOLD.due_at(gathering))
