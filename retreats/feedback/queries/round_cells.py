"""The short rounds on the organiser's board: how many answered, never who or what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select

from retreats.db import db
from retreats.feedback.models import Batch, FormWindow
from retreats.feedback.queries.among import Among
from retreats.feedback.rounds import ROUNDS
from retreats.feedback.service.release import ENOUGH


@dataclass(frozen=True)
class Cell:
    """One round of one gathering for the organiser's board."""

    state: Literal["none", "asked", "too_few", "counted"]
    answered: int = 0
    attended: int = 0


def cells(among: Among) -> dict[int, dict[str, Cell]]:
    """By gathering and round: how many answered, once it has closed and at least five did. One statement."""
    people = func.coalesce(func.sum(Batch.answered), 0)
    rows = db.session.execute(
        select(FormWindow.gathering_id, FormWindow.occasion, FormWindow.state, FormWindow.attended, people)
        .outerjoin(Batch, Batch.window_id == FormWindow.id)
        .where(FormWindow.gathering_id.in_(among.within), FormWindow.occasion.in_(ROUNDS))
        .group_by(FormWindow.id, FormWindow.gathering_id, FormWindow.occasion, FormWindow.state, FormWindow.attended)
    )
    found = {each: dict.fromkeys(ROUNDS, Cell("none")) for each in among.ids}
    for gathering_id, occasion, state, attended, answered in rows:
        if gathering_id not in found:
            continue  # It was published while we asked.
        if state == "collecting":
            found[gathering_id][occasion] = Cell("asked")
        elif int(answered) < ENOUGH:
            found[gathering_id][occasion] = Cell("too_few")
        else:
            found[gathering_id][occasion] = Cell("counted", int(answered), attended)
    return found
