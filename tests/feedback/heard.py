"""A gathering that was heard: rows as a release leaves them, for tests of what comes after it. The way there has tests of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from retreats import clock
from retreats.catalogue.models import Facilitator, Gathering
from retreats.db import db, new_id, writing
from retreats.feedback import own_link
from retreats.feedback.house_forms import house_form
from retreats.feedback.models import Batch, FormWindow, GroupAnswer, LoopStep, Point, Reading
from retreats.feedback.timeline import RELEASE_1, STEPS
from tests.feedback import loop
from tests.house import places

KINDS = {"C7": "thanks", "C8": "change", "C9": "question"}


@dataclass(frozen=True)
class Saying:
    """What somebody said to one question; `may` as in the form: reply, quote, supervise."""

    who: str
    question: str
    text: str
    kind: str = ""
    named: bool = False
    may: str = ""


def heard(
    size: int,
    sayings: list[Saying],
    *,
    facilitator: Facilitator,
    scales: dict[str, str],
    read: bool = True,
    **more: Any,
) -> Gathering:
    """Three days after its end: so many were there, each key of `scales` has one answer a letter, and it was released.

    `read`: the facilitator has opened it.
    """
    gathering = loop.a_group(size, facilitator=facilitator, **more)
    assert gathering.ends_at is not None
    db.session.remove()
    clock.move_to(gathering.ends_at + timedelta(hours=72))
    tokens = {place.name.lower(): (place, own_link.token_of(place)) for place in places(gathering)}
    with writing() as session:
        for occasion in ("intention", "reflection"):
            house_form(occasion)
        window = FormWindow(id=new_id(), gathering_id=gathering.id, occasion="after", form_id=house_form("after").id,
                            state="released", attended=size, offers_unnamed=True)  # fmt: skip
        session.add(window)
        session.flush()
        answered = max((len(values) for values in scales.values()), default=size)
        batch = Batch(id=new_id(), window_id=window.id, number=1, answered=answered, released_at=clock.now())
        session.add(batch)
        session.flush()
        for each in sayings:
            place, token = tokens[each.who]
            point = Point(batch_id=batch.id, question=each.question, kind=each.kind or KINDS[each.question],
                          place_id=place.id if each.named else None, state="read" if read else "released",
                          locator=own_link.locator(token, window.id, each.question), wants_reply="reply" in each.may,
                          may_quote="quote" in each.may, may_supervise="supervise" in each.may)  # fmt: skip
            point.text = each.text
            session.add(point)
        for key, values in scales.items():
            session.add_all(
                [GroupAnswer(id=new_id(), batch_id=batch.id, question=key, value=value) for value in values]
            )
        if read:
            session.add(Reading(id=new_id(), batch_id=batch.id, person_id=facilitator.person_id, opened_at=clock.now(),
                                with_critical=True))  # fmt: skip
        session.add_all(_passed(gathering))
    return gathering


def would_change(*names: str) -> list[Saying]:
    """So many say what they would change, each in words of their own."""
    return [Saying(name, "C8", f"{name} would change the evenings") for name in names]


def _passed(gathering: Gathering) -> list[LoopStep]:
    release = RELEASE_1.due_at(gathering)
    assert release is not None
    return [
        LoopStep(id=new_id(), gathering_id=gathering.id, step=step.name, passed_at=release)
        for step in STEPS
        if (due := step.due_at(gathering)) is not None and due <= clock.now()
    ]
