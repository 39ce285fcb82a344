"""What an organiser sees of the loop: counts and states, never a text that somebody wrote in confidence, never who."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import load_only

from retreats import clock
from retreats.booking.models import Place
from retreats.booking.queries import attends
from retreats.catalogue.models import Gathering, Leader
from retreats.db import db
from retreats.feedback import timeline
from retreats.feedback.models import (
    Batch,
    CareCase,
    Decision,
    FormWindow,
    Need,
    Point,
    Reflection,
)
from retreats.feedback.queries.among import Among
from retreats.feedback.queries.decision_cells import decided, how_many
from retreats.feedback.queries.form_cells import form_cells
from retreats.feedback.queries.owing import SINCE, first_promises, missing, promises_open
from retreats.feedback.queries.point_cells import point_cells, waits_for_reply
from retreats.feedback.queries.round_cells import Cell, cells
from retreats.feedback.rounds import FOLLOW_UPS
from retreats.feedback.service.follow_ups import Asking, asking_after

AHEAD = timedelta(days=45)
AT_ONCE = 30
"""So many rows stand on one page; what is late stands first."""


@dataclass(frozen=True)
class LoopRow:
    """One gathering, left to right through its loop."""

    needs: int
    needs_marked: int
    needs_late: bool
    """Whether something was asked for that nobody has answered a day before the start."""
    form: str
    """`off`, `not_open`, `collecting`, `released`, `held` or `closed`; whether it is let rest stands beside it."""
    rests: bool
    attended: int
    answered: int | None
    """How many answered, once the form is closed and at least five did; None before and below ("fewer than five so far")."""
    replies_due: int
    replies_late: int
    unheard_late: int
    """How much else, thanks and what was only told, has waited for two weeks to be thanked for or read."""
    asked: int
    """How many points ask for a change."""
    decisions: int
    """How many of those were decided."""
    decisions_late: int
    promised: int
    made: int
    shown: int
    promises_late: int
    reflections: int
    leaders: int
    care_open: int
    care_unseen: int
    rounds: dict[str, Cell]
    """By round: how many answered, once it has closed and at least five did."""
    follow_ups: tuple[int, ...]
    """After how many days people are asked how it is now."""

    @property
    def asked_later(self) -> list[tuple[int, Cell]]:
        """The follow-ups that people are asked, or were before others were chosen, by their days."""
        cells = [(days, self.rounds[each.occasion]) for days, each in FOLLOW_UPS.items()]
        return [(days, cell) for days, cell in cells if days in self.follow_ups or cell.state != "none"]

    @property
    def side_is_missing(self) -> bool:
        """Whether the form is closed and those who led have not looked back."""
        return self.form in {"closed", "held"} and self.reflections < self.leaders

    @property
    def leaders_are_late(self) -> bool:
        """Whether somebody waits for those who led for longer than was promised."""
        late = self.replies_late + self.unheard_late + self.decisions_late + self.promises_late
        return bool(late) or self.needs_late or self.side_is_missing

    @property
    def is_late(self) -> bool:
        """Whether somebody waits for anybody for longer than was promised."""
        return self.leaders_are_late or bool(self.care_unseen)


@dataclass(frozen=True)
class Dashboard:
    """The loop of the house, what is late first."""

    rows: list[tuple[Gathering, LoopRow]]
    promises: list[Decision]
    """Changes that were promised and are not made, by when they are due."""
    missing: list[tuple[Gathering, list[str]]]
    """Gatherings whose form is closed, with the names of those who led and have not looked back."""
    before: int | None = None
    after: int | None = None
    """Where the rows before and after these begin; None where there are none."""
    promises_left: int = 0
    """How many promises are open beside those that stand here."""


def dashboard(begin: int = 0) -> Dashboard:
    """Gatherings of the last year and the next six weeks, so many at once: a constant number of statements."""
    now = clock.now()
    is_near = (
        Gathering.published_at.is_not(None),
        Gathering.state != "cancelled",
        Gathering.ends_at > now - SINCE,
        Gathering.starts_at < now + AHEAD,
    )
    near = select(Gathering.id).where(*is_near)
    ids = db.session.scalars(near.order_by(Gathering.starts_at.desc(), Gathering.id)).all()
    rows = loop_rows(Among(ids, near))
    ids = sorted(ids, key=lambda each: not rows[each].is_late)
    standing = ids[begin : begin + AT_ONCE]
    one_sided = [each for each in ids if rows[each].side_is_missing][:AT_ONCE]
    known = _known([*standing, *one_sided])
    promises = first_promises(AT_ONCE)
    return Dashboard(
        rows=[(known[each], rows[each]) for each in standing],
        promises=promises,
        missing=missing([known[each] for each in one_sided]),
        before=max(begin - AT_ONCE, 0) if begin else None,
        after=begin + AT_ONCE if len(ids) > begin + AT_ONCE else None,
        promises_left=promises_open() - len(promises),
    )


def _known(ids: list[int]) -> dict[int, Gathering]:
    """Of five hundred gatherings those only are loaded that stand on the page, and of them no more than what stands there."""
    query = select(Gathering).where(Gathering.id.in_(ids)).options(load_only(*_SHOWN))
    return {each.id: each for each in db.session.scalars(query)}


_SHOWN = (Gathering.slug, Gathering.title, Gathering.starts_at, Gathering.ends_at, Gathering.zone)


@dataclass(frozen=True)
class RepliesOwed:
    """How many points of a gathering wait for a first word, and by when the first of them."""

    gathering: Gathering
    count: int
    due_at: datetime


def replies_owed() -> list[RepliesOwed]:
    """For every gathering of which points wait, the earliest first: counts only."""
    rows = db.session.execute(
        select(FormWindow.gathering_id, func.count(), func.min(Batch.released_at, type_=Batch.released_at.type))
        .join(Batch, Batch.window_id == FormWindow.id)
        .join(Point, Point.batch_id == Batch.id)
        .where(waits_for_reply())
        .group_by(FormWindow.gathering_id)
    ).all()
    known = {
        each.id: each
        for each in db.session.scalars(select(Gathering).where(Gathering.id.in_([row[0] for row in rows])))
    }
    found = [
        RepliesOwed(
            known[gathering_id], count, timeline.later(released, known[gathering_id].zone, days=timeline.REPLY_DAYS)
        )
        for gathering_id, count, released in rows
    ]
    return sorted(found, key=lambda each: each.due_at)


def loop_row(gathering: Gathering) -> LoopRow:
    """The loop of one gathering in counts."""
    return loop_rows(Among([gathering.id], [gathering.id]))[gathering.id]


def loop_rows(among: Among) -> dict[int, LoopRow]:
    """The loops of these gatherings in counts: nine statements, however many there are."""
    needs, forms, points = _needs(among), form_cells(among), point_cells(among)
    decisions, care, rounds = decided(among), _care(among), cells(among)
    written, leaders = _counted(Reflection.gathering_id, among), _counted(Leader.gathering_id, among)
    asking, usual = asking_after(among.within), Asking()
    return {
        each: LoopRow(
            needs=needs[each][0],
            follow_ups=asking.get(each, usual).follow_ups,
            needs_marked=needs[each][1],
            needs_late=needs[each][2],
            form=forms[each].state if each in forms else "not_open" if asking.get(each, usual).at_all else "off",
            rests=each in forms and forms[each].rests,
            attended=forms[each].attended if each in forms else 0,
            answered=forms[each].answered if each in forms else None,
            **points[each],
            **decisions[each],
            reflections=written[each],
            leaders=leaders[each],
            care_open=care[each][0],
            care_unseen=care[each][1],
            rounds=rounds[each],
        )
        for each in among.ids
    }


def _needs(among: Among) -> dict[int, tuple[int, int, bool]]:
    """How many were asked for, how many of them have an answer, and whether one has none that should."""
    late_from = clock.now() - timedelta(hours=timeline.NEEDS_TOLD.hours)
    is_late = and_(Need.mark.is_(None), Gathering.postponed_at.is_(None), Gathering.starts_at < late_from)
    counted = db.session.execute(
        select(Place.gathering_id, func.count(), func.count(Need.mark), how_many(is_late))
        .join(Need, Need.place_id == Place.id)
        .join(Gathering, Gathering.id == Place.gathering_id)
        .where(Place.gathering_id.in_(among.within), attends())
        .group_by(Place.gathering_id)
    )
    found = {gathering_id: (needs, marked, bool(late)) for gathering_id, needs, marked, late in counted}
    return dict.fromkeys(among.ids, (0, 0, False)) | found


def _care(among: Among) -> dict[int, tuple[int, int]]:
    is_unseen = case((CareCase.state == "raised", 1), else_=0)
    counted = db.session.execute(
        select(CareCase.gathering_id, func.count(), func.sum(is_unseen))
        .where(CareCase.gathering_id.in_(among.within), CareCase.state != "closed", CareCase.alerted)
        .group_by(CareCase.gathering_id)
    )
    return dict.fromkeys(among.ids, (0, 0)) | {each: (opened, int(unseen or 0)) for each, opened, unseen in counted}


def _counted(column: object, among: Among) -> Counter[int]:
    query = select(column, func.count()).where(column.in_(among.within)).group_by(column)  # type: ignore[call-overload, attr-defined]  # a column
    return Counter(dict(db.session.execute(query).all()))
