"""A facilitator's gatherings: what is to be marked before, and what is owed after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from retreats import clock
from retreats.booking.models import Place
from retreats.booking.queries import attends
from retreats.catalogue.models import Facilitator, Gathering, Leader
from retreats.db import db
from retreats.feedback import timeline
from retreats.feedback.models import (
    Batch,
    CareCase,
    EarlyQuestion,
    FormWindow,
    IntentionAnswer,
    Need,
    Reading,
    Reflection,
)
from retreats.feedback.queries.asking import asked_by_those
from retreats.feedback.queries.decided import current_decisions
from retreats.feedback.queries.letters_due import letters_due
from retreats.feedback.queries.results import owed_to, points_of
from retreats.feedback.service.form_choices import AS_USUAL, given_time, switched_off
from retreats.questions.models import Question


@dataclass(frozen=True)
class Coming:
    """A gathering that is not over yet."""

    gathering: Gathering
    needs: int
    unmarked: int
    due_at: datetime | None


Stage = Literal["off", "asking", "unasked", "too_few", "unopened", "open"]
"""How far a gathering's answers are; `unasked`: it is long over, and nobody was there to be asked."""


@dataclass(frozen=True)
class Past:
    """A gathering whose loop is going on."""

    gathering: Gathering
    state: Stage
    owed: int
    may_reflect: bool
    owed_at: tuple[datetime | None, ...] = ()
    """By when each of what is owed is due; None is now, and not late."""
    readable_since: datetime | None = None
    letter_due: datetime | None = None
    """When the letter to the group is due; None before anything was released, and once it was sent."""
    rests: bool = False
    """Whether its form is let rest just now."""
    readable_from: datetime | None = None
    """When what is said can first be read; later by as long as its form rested."""


@dataclass(frozen=True)
class Attendee:
    """Somebody who is coming, with what they hope for and need."""

    place: Place
    answers: dict[str, str]
    needs: list[Need]
    has_health: bool
    """Whether there is a health note that its author let facilitators know too; it is read on a page of its own."""
    asked: list[EarlyQuestion]
    """What they asked before they booked, with what was answered."""


def overview(person_id: int) -> tuple[list[Coming], list[Past]]:
    """What is coming, soonest first, and what was, latest first, for as long as its loop takes.

    The same few statements for one gathering as for thirty.
    """
    now = clock.now()
    query = (
        select(Gathering)
        .join(Leader)
        .join(Facilitator)
        .where(Facilitator.person_id == person_id, Gathering.published_at.is_not(None), Gathering.state != "cancelled",
               or_(Gathering.ends_at > now - timedelta(days=365), Gathering.postponed_at.is_not(None)))
        .order_by(Gathering.starts_at)
    )  # fmt: skip
    gatherings = db.session.scalars(query).all()
    ahead = [each for each in gatherings if not each.has_ended(now)]
    behind = [each for each in reversed(gatherings) if each.has_ended(now)]
    return _coming(ahead), _past(behind, person_id)


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
    noted, asked = shared_notes(ids), asked_by_those(list(places))
    found = [
        Attendee(each, answers.get(each.id, {}), needs.get(each.id, []), each.id in noted, asked.get(each.id, []))
        for each in places
    ]
    return [each for each in found if each.answers or each.needs or each.has_health or each.asked]


def shared_notes(place_ids: list[int]) -> dict[int, CareCase]:
    """What these attendees noted about health and let those who lead know too, by place. Reading it is written down first."""
    shared = select(CareCase).where(
        CareCase.place_id.in_(place_ids), CareCase.source == "A6", CareCase.shared, CareCase.text_sealed.is_not(None)
    )
    return {case.place_id: case for case in db.session.scalars(shared) if case.place_id is not None}


def _coming(gatherings: list[Gathering]) -> list[Coming]:
    counted = db.session.execute(
        select(Place.gathering_id, func.count(), func.count(Need.mark))
        .join(Need, Need.place_id == Place.id)
        .where(Place.gathering_id.in_([each.id for each in gatherings]), attends())
        .group_by(Place.gathering_id)
    )
    found = {gathering_id: (needs, needs - marked) for gathering_id, needs, marked in counted}
    return [Coming(each, *found.get(each.id, (0, 0)), due_at=timeline.NEEDS_TOLD.due_at(each)) for each in gatherings]


def _past(gatherings: list[Gathering], person_id: int) -> list[Past]:
    zones = {each.id: each.zone for each in gatherings}
    ids = list(zones)
    windows = {
        each.gathering_id: each.state
        for each in db.session.scalars(
            select(FormWindow).where(FormWindow.gathering_id.in_(ids), FormWindow.occasion == "after")
        )
    }
    opened: dict[int, dict[int, bool]] = {}
    released: dict[int, list[datetime]] = {}
    for gathering_id, batch_id, released_at, reading in db.session.execute(
        select(FormWindow.gathering_id, Batch.id, Batch.released_at, Reading.id)
        .join(Batch, Batch.window_id == FormWindow.id)
        .outerjoin(Reading, (Reading.batch_id == Batch.id) & (Reading.person_id == person_id))
        .where(FormWindow.gathering_id.in_(ids), FormWindow.occasion == "after")
    ):
        opened.setdefault(gathering_id, {})[batch_id] = reading is not None
        released.setdefault(gathering_id, []).append(released_at)
    read = {batch_id: each for each, batches in opened.items() for batch_id, was_read in batches.items() if was_read}
    owed, letters, off = _owed_in(read, person_id, zones), letters_due(ids), switched_off(ids)
    written, longer = _looked_back_on(ids, person_id), given_time(ids)
    return [
        Past(
            gathering=each,
            state="off"
            if each.id in off and each.id not in windows
            else _state_of(windows.get(each.id), opened.get(each.id, {}), is_asked=_is_asked(each, windows)),
            owed=sum(len(owed.get(batch_id, [])) for batch_id in opened.get(each.id, {})),
            owed_at=tuple(due for batch_id in opened.get(each.id, {}) for due in owed.get(batch_id, [])),
            readable_since=min(released.get(each.id, []), default=None),
            letter_due=letters.get(each.id),
            rests=longer.get(each.id, AS_USUAL).since is not None,
            readable_from=timeline.RELEASE_1.due_at(each, rested=longer.get(each.id, AS_USUAL).rested),
            may_reflect=each.id not in written
            and not any(opened.get(each.id, {}).values())
            and _is_asked(each, windows),
        )
        for each in gatherings
    ]


def _looked_back_on(ids: list[int], person_id: int) -> set[int]:
    query = select(Reflection.gathering_id).where(Reflection.gathering_id.in_(ids), Reflection.person_id == person_id)
    return set(db.session.scalars(query))


def _leaders_of(gathering_ids: set[int]) -> set[tuple[int, int | None]]:
    query = select(Leader.gathering_id, Facilitator.person_id).join(
        Facilitator, Facilitator.id == Leader.facilitator_id
    )
    return {
        (each, person_id) for each, person_id in db.session.execute(query.where(Leader.gathering_id.in_(gathering_ids)))
    }


def _is_asked(gathering: Gathering, windows: dict[int, str]) -> bool:
    return gathering.id in windows or not timeline.is_unasked(gathering, clock.now())


def _state_of(window: str | None, opened: dict[int, bool], *, is_asked: bool) -> Stage:
    if not is_asked:
        return "unasked"
    if not opened:
        return "too_few" if window in {"held", "closed"} else "asking"
    return "open" if any(opened.values()) else "unopened"


def _owed_in(batches: dict[int, int], person_id: int, zones: dict[int, str]) -> dict[int, list[datetime | None]]:
    """For each point of a batch that is owed something: by when. None has no day of its own, and is owed now. What somebody else
    who leads is to answer is theirs. `batches`: gathering by batch.
    """
    points = points_of(list(batches))
    others = [each for each in points if each.to_id not in {None, person_id}]
    leads = _leaders_of({batches[each.batch_id] for each in others}) if others else set()
    points = [each for each in points if each.to_id == person_id or (batches[each.batch_id], each.to_id) not in leads]
    decisions = current_decisions([point.id for point in points])
    found: dict[int, list[datetime | None]] = {}
    for point in points:
        what, due = owed_to(point, decisions.get(point.id), zones[batches[point.batch_id]])
        if what:
            found.setdefault(point.batch_id, []).append(due)
    return found
