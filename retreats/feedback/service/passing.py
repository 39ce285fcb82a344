"""Which moments of a gathering's timeline have passed, and which lie ahead."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import select

from retreats.catalogue.models import Gathering
from retreats.db import db, new_id
from retreats.feedback import timeline
from retreats.feedback.models import LoopStep
from retreats.feedback.service.follow_ups import Asking, asking_after
from retreats.feedback.service.form_choices import AS_USUAL, Longer, given_time


def steps_ahead(gatherings: list[Gathering]) -> list[tuple[Gathering, list[tuple[timeline.Step, datetime]]]]:
    """What has not passed of each, in three statements for however many."""
    ids = [each.id for each in gatherings]
    if not ids:
        return []
    more, passed = given_time(ids), defaultdict[int, dict[str, datetime]](dict)
    asking, usual = asking_after(ids), Asking()
    steps = select(LoopStep.gathering_id, LoopStep.step, LoopStep.passed_at).where(LoopStep.gathering_id.in_(ids))
    for gathering_id, name, at in db.session.execute(steps):
        passed[gathering_id][name] = at
    return [
        (each, _ahead(each, passed[each.id], more.get(each.id, AS_USUAL), asking.get(each.id, usual).follow_ups))
        for each in gatherings
    ]


def _ahead(
    gathering: Gathering, passed: dict[str, datetime], more: Longer, asked: tuple[int, ...]
) -> list[tuple[timeline.Step, datetime]]:
    """The steps that have not passed and do not rest, in their order, with when they are due; its form may be open for longer."""
    steps = (*timeline.STEPS, timeline.REMINDER_3) if more.days else timeline.STEPS
    left_out = {step for (days, _what), step in timeline.FOLLOW_UPS.items() if days not in asked}
    ahead = [each for each in steps if each not in left_out and (each.name not in passed or each in timeline.BEFORE)]
    awake = [each for each in ahead if more.since is None or not each.rests]
    dated = [(each, each.due_at(gathering, more_days=more.days, rested=more.rested)) for each in awake]
    return [(each, due) for each, due in dated if due is not None and not _has_passed(each, due, passed.get(each.name))]


def _has_passed(each: timeline.Step, due: datetime, at: datetime | None) -> bool:
    return at is not None and (each not in timeline.BEFORE or due <= at)


def note_passed(gathering: Gathering, each: timeline.Step, now: datetime) -> None:
    known = select(LoopStep).where(LoopStep.gathering_id == gathering.id, LoopStep.step == each.name)
    row = db.session.scalar(known) or LoopStep(id=new_id(), gathering_id=gathering.id, step=each.name)
    row.passed_at = now
    db.session.add(row)
    db.session.flush()
