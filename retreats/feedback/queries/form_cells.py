"""The form after each gathering, for the organisers' board: how far it is, and a count once that may show."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select

from retreats.db import db
from retreats.feedback.models import Batch, FormWindow
from retreats.feedback.queries.among import Among
from retreats.feedback.service.release import ENOUGH


class FormCell(NamedTuple):
    """The form after a gathering."""

    state: str
    attended: int
    answered: int | None
    rests: bool
    """Whether an organiser lets it rest just now."""


def form_cells(among: Among) -> dict[int, FormCell]:
    """The form after each: its state, and how many answered, once it is closed and at least five did."""
    people = func.coalesce(func.sum(Batch.answered), 0)
    rows = db.session.execute(
        select(FormWindow.gathering_id, FormWindow.state, FormWindow.attended, people, FormWindow.rests_since)
        .outerjoin(Batch, Batch.window_id == FormWindow.id)
        .where(FormWindow.gathering_id.in_(among.within), FormWindow.occasion == "after")
        .group_by(FormWindow.id)
    )
    return {each: FormCell(state, attended, _shown(state, answered), since is not None)
            for each, state, attended, answered, since in rows}  # fmt: skip


def _shown(state: str, answered: int) -> int | None:
    return int(answered) if state == "closed" and answered >= ENOUGH else None
