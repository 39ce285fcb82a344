"""The facilitator's own half: look back first, and only then see."""

from __future__ import annotations

import json

from sqlalchemy import select

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import db, new_id
from retreats.events import ReflectionWritten
from retreats.feedback.house_forms import house_form
from retreats.feedback.models import Batch, FormWindow, Reading, Reflection
from retreats.feedback.service.decide import Decided, promise
from retreats.feedback.service.turns import in_turn
from retreats.feedback.timeline import CHANGE_DAYS, later
from retreats.outbox import emit
from retreats.refusals import Refusal

PREDICTION, PROMISES = "E1", "E5"


class ReflectionOver(Refusal):
    """Results have been opened, or this was written before: a look back after having seen would be another thing."""

    code = "reflection_over"


def reflect(gathering: Gathering, answers: dict[str, str], *, by: Person) -> None:
    """Keep one's own look back. What was promised aloud becomes a promise with an owner and a date.

    Raises ReflectionOver before the end, the second time, and once the results were opened.
    """
    in_turn("gathering", gathering.id)
    if not is_open(gathering, by.id):
        raise ReflectionOver
    reflection = Reflection(id=new_id(), gathering_id=gathering.id, person_id=by.id, written_at=clock.now(),
                            form_id=house_form("reflection").id)  # fmt: skip
    reflection.answers = json.dumps({key: value for key, value in answers.items() if value}, ensure_ascii=False)
    db.session.add(reflection)
    for line in filter(None, (each.strip() for each in answers.get(PROMISES, "").splitlines())):
        due = later(clock.now(), gathering.zone, days=CHANGE_DAYS)
        promise(gathering.id, Decided(kind="will_change", about={by.language: line}, due_at=due), by=by)
    db.session.flush()
    emit(ReflectionWritten(gathering_id=gathering.id, person_id=by.id))


def is_open(gathering: Gathering, person_id: int) -> bool:
    """Whether this facilitator can look back now: the gathering has ended, nothing was opened, nothing written."""
    if not gathering.has_ended(clock.now()) or reflection_of(gathering.id, person_id):
        return False
    opened = (
        select(Reading.id)
        .join(Batch, Batch.id == Reading.batch_id)
        .join(FormWindow)
        .where(FormWindow.gathering_id == gathering.id, FormWindow.occasion == "after", Reading.person_id == person_id)
    )
    return db.session.scalar(opened.limit(1)) is None


def reflection_of(gathering_id: int, person_id: int) -> Reflection | None:
    """What this facilitator wrote about this gathering."""
    return db.session.scalar(
        select(Reflection).where(Reflection.gathering_id == gathering_id, Reflection.person_id == person_id)
    )


def predicted(reflection: Reflection | None) -> int | None:
    """How many they expected to say that there was room for the hard things."""
    said = json.loads(reflection.answers or "{}").get(PREDICTION, "") if reflection else ""
    return int(said) if str(said).isdecimal() else None
