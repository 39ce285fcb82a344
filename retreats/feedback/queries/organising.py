"""What an organiser sees of a gathering's loop: counts and states, never a text, never who."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from retreats import clock
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback import timeline
from retreats.feedback.models import Batch, CareCase, Change, ChangeShown, Decision, FormWindow, Need, Point, Reflection
from retreats.feedback.people import attends
from retreats.feedback.service.release import ENOUGH


@dataclass(frozen=True)
class LoopRow:
    """One gathering, left to right through its loop."""

    needs: int
    needs_marked: int
    form: str
    """`not_open`, `collecting`, `released`, `held` or `closed`."""
    attended: int
    answered: int | None
    """How many answered, once the form is closed and at least five did; None before and below ("fewer than five so far")."""
    replies_due: int
    replies_late: int
    decisions: int
    promised: int
    made: int
    shown: int
    reflections: int
    leaders: int
    care_open: int
    care_unseen: int

    @property
    def side_is_missing(self) -> bool:
        """Whether the form is closed and those who led have not looked back."""
        return self.form in {"closed", "held"} and self.reflections < self.leaders


def loop_row(gathering: Gathering) -> LoopRow:
    """The loop of one gathering in counts."""
    window = db.session.scalar(
        select(FormWindow).where(FormWindow.gathering_id == gathering.id, FormWindow.occasion == "after")
    )
    needs = db.session.execute(
        select(func.count(), func.count(Need.mark)).join(Place).where(Place.gathering_id == gathering.id, attends())
    ).one()
    due, late = _replies(window)
    decided = select(Decision).where(Decision.gathering_id == gathering.id, Decision.is_current)
    promises = decided.where(Decision.kind == "will_change").subquery()
    made = select(func.count(Change.decision_id.distinct())).join(promises, promises.c.id == Change.decision_id)
    return LoopRow(
        needs=needs[0],
        needs_marked=needs[1],
        form=window.state if window else "not_open",
        attended=window.attended if window else 0,
        answered=_answered(window),
        replies_due=due,
        replies_late=late,
        decisions=db.session.scalar(select(func.count()).select_from(decided.subquery())) or 0,
        promised=db.session.scalar(select(func.count()).select_from(promises)) or 0,
        made=db.session.scalar(made) or 0,
        shown=db.session.scalar(made.join(ChangeShown, ChangeShown.change_id == Change.id)) or 0,
        reflections=_count(Reflection.id, Reflection.gathering_id == gathering.id),
        leaders=len(gathering.leaders),
        care_open=_count(CareCase.id, CareCase.gathering_id == gathering.id, CareCase.state != "closed"),
        care_unseen=_count(CareCase.id, CareCase.gathering_id == gathering.id, CareCase.state == "raised"),
    )


def _answered(window: FormWindow | None) -> int | None:
    if window is None or window.state != "closed":
        return None
    people = db.session.scalar(select(func.sum(Batch.answered)).where(Batch.window_id == window.id)) or 0
    return int(people) if people >= ENOUGH else None


def _replies(window: FormWindow | None) -> tuple[int, int]:
    """How many points wait for a first word, and how many of them are late."""
    if window is None:
        return 0, 0
    released: list[datetime] = list(
        db.session.scalars(
            select(Batch.released_at)
            .join(Point, Point.batch_id == Batch.id)
            .where(
                Batch.window_id == window.id,
                Point.state.in_(("released", "read")),
                Point.kind.in_(("question", "change")),
            )
        )
    )
    overdue = clock.now() - timedelta(days=timeline.REPLY_DAYS)
    return len(released), sum(each < overdue for each in released)


def _count(column: object, *where: object) -> int:
    return db.session.scalar(select(func.count(column)).where(*where)) or 0  # type: ignore[arg-type]  # columns, conditions
