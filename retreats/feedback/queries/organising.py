"""What an organiser sees of the loop: counts and states, never a text that somebody wrote in confidence, never who."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import load_only

from retreats import clock
from retreats.booking.models import Place
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
from retreats.feedback.people import attends
from retreats.feedback.queries.decision_cells import decided
from retreats.feedback.queries.owing import SINCE, first_promises, missing, promises_open
from retreats.feedback.queries.round_cells import Cell, cells
from retreats.feedback.service.form_choices import switched_off
from retreats.feedback.service.release import ENOUGH

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
    """`off`, `not_open`, `collecting`, `released`, `held` or `closed`."""
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
    query = (
        select(Gathering)
        .where(
            Gathering.published_at.is_not(None),
            Gathering.state != "cancelled",
            Gathering.ends_at > now - SINCE,
            Gathering.starts_at < now + AHEAD,
        )
        .options(load_only(*_SHOWN, raiseload=True))
        .order_by(Gathering.starts_at.desc())
    )
    gatherings = db.session.scalars(query).all()
    rows = loop_rows(gatherings)
    pairs = sorted(((each, rows[each.id]) for each in gatherings), key=lambda pair: not pair[1].is_late)
    promises = first_promises(AT_ONCE)
    return Dashboard(
        rows=pairs[begin : begin + AT_ONCE],
        promises=promises,
        missing=missing([each for each, row in pairs if row.side_is_missing][:AT_ONCE]),
        before=max(begin - AT_ONCE, 0) if begin else None,
        after=begin + AT_ONCE if len(pairs) > begin + AT_ONCE else None,
        promises_left=promises_open() - len(promises),
    )


_SHOWN = (Gathering.id, Gathering.slug, Gathering.title, Gathering.starts_at, Gathering.ends_at, Gathering.zone, Gathering.postponed_at)  # fmt: skip
"""Of five hundred gatherings no more is loaded than stands in a row."""


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
        .where(Point.state.in_(_UNHEARD), or_(Point.kind.in_(_OWED), Point.wants_reply))
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
    return loop_rows([gathering])[gathering.id]


def loop_rows(gatherings: Sequence[Gathering]) -> dict[int, LoopRow]:
    """The loops of these gatherings in counts: nine statements, however many there are."""
    ids = [each.id for each in gatherings]
    needs, windows, answered = _needs(ids), _windows(ids), _answered(ids)
    points, decisions, care = _points({each.id: each.zone for each in gatherings}), decided(ids), _care(ids)
    written, leaders = _counted(Reflection.gathering_id, ids), _counted(Leader.gathering_id, ids)
    rounds, off = cells(ids), switched_off(ids)
    return {
        each.id: LoopRow(
            needs=needs[each.id][0],
            needs_marked=needs[each.id][1],
            needs_late=needs[each.id][0] > needs[each.id][1] and _is_past(timeline.NEEDS_TOLD.due_at(each)),
            form=windows[each.id].state if each.id in windows else "off" if each.id in off else "not_open",
            attended=windows[each.id].attended if each.id in windows else 0,
            answered=_known(windows.get(each.id), answered.get(each.id, 0)),
            **points[each.id],
            **decisions[each.id],
            reflections=written[each.id],
            leaders=leaders[each.id],
            care_open=care[each.id][0],
            care_unseen=care[each.id][1],
            rounds=rounds[each.id],
        )
        for each in gatherings
    }


def _is_past(moment: datetime | None) -> bool:
    return moment is not None and moment < clock.now()


def _needs(ids: list[int]) -> dict[int, tuple[int, int]]:
    counted = db.session.execute(
        select(Place.gathering_id, func.count(), func.count(Need.mark))
        .join(Need, Need.place_id == Place.id)
        .where(Place.gathering_id.in_(ids), attends())
        .group_by(Place.gathering_id)
    )
    return dict.fromkeys(ids, (0, 0)) | {gathering_id: (needs, marked) for gathering_id, needs, marked in counted}


def _windows(ids: list[int]) -> dict[int, FormWindow]:
    query = select(FormWindow).where(FormWindow.gathering_id.in_(ids), FormWindow.occasion == "after")
    return {window.gathering_id: window for window in db.session.scalars(query)}


def _answered(ids: list[int]) -> dict[int, int]:
    counted = db.session.execute(
        select(FormWindow.gathering_id, func.sum(Batch.answered))
        .join(Batch)
        .where(FormWindow.gathering_id.in_(ids), FormWindow.occasion == "after")
        .group_by(FormWindow.gathering_id)
    )
    return {gathering_id: int(people or 0) for gathering_id, people in counted}


def _known(window: FormWindow | None, people: int) -> int | None:
    is_open = window is None or window.state != "closed"
    return None if is_open or people < ENOUGH else people


def _points(zones: dict[int, str]) -> dict[int, dict[str, int]]:
    """How many points wait for a first word, how many ask for a change, and what of it is late."""
    rows = db.session.execute(
        select(FormWindow.gathering_id, Batch.released_at, Point.kind, Point.state, Point.wants_reply, func.count())
        .join(Batch, Batch.window_id == FormWindow.id)
        .join(Point, Point.batch_id == Batch.id)
        .where(
            FormWindow.gathering_id.in_(zones),
            FormWindow.occasion == "after",
            Point.state != "withdrawn",
        )
        .group_by(FormWindow.gathering_id, Batch.released_at, Point.kind, Point.state, Point.wants_reply)
    )
    found: dict[int, Counter[str]] = {
        each: Counter(replies_due=0, replies_late=0, unheard_late=0, asked=0, decisions_late=0) for each in zones
    }
    now = clock.now()
    for gathering_id, released_at, kind, state, wants_reply, count in rows:
        replied_by, heard_by, decided_by = _due(released_at, zones[gathering_id])
        waits = (kind in _OWED or wants_reply) and state in _UNHEARD
        unheard = not waits and state in _WAITS_TO_BE_HEARD.get(kind, ())
        undecided = kind == "change" and state in _UNDECIDED
        found[gathering_id].update(
            replies_due=count * waits,
            replies_late=count * (waits and replied_by < now),
            unheard_late=count * (unheard and heard_by < now),
            asked=count * (kind == "change"),
            decisions_late=count * (undecided and decided_by < now),
        )
    return {gathering_id: dict(counted) for gathering_id, counted in found.items()}


def _due(released_at: datetime, zone: str) -> tuple[datetime, ...]:
    """By when a reply, a thank-you or a look, and a decision are owed."""
    owed = (timeline.REPLY_DAYS, timeline.HEARD_DAYS, timeline.DECISION_DAYS)
    return tuple(timeline.later(released_at, zone, days=each) for each in owed)


_OWED = ("question", "change")
_UNHEARD = ("released", "read")
_WAITS_TO_BE_HEARD = {"thanks": _UNHEARD, "sharing": ("released",)}
"""Thanks want to be acknowledged, what was only told to be read."""
_UNDECIDED = (*_UNHEARD, "acknowledged", "answered")


def _care(ids: list[int]) -> dict[int, tuple[int, int]]:
    is_unseen = case((CareCase.state == "raised", 1), else_=0)
    counted = db.session.execute(
        select(CareCase.gathering_id, func.count(), func.sum(is_unseen))
        .where(CareCase.gathering_id.in_(ids), CareCase.state != "closed", CareCase.alerted)
        .group_by(CareCase.gathering_id)
    )
    return dict.fromkeys(ids, (0, 0)) | {each: (opened, int(unseen or 0)) for each, opened, unseen in counted}


def _counted(column: object, ids: list[int]) -> Counter[int]:
    query = select(column, func.count()).where(column.in_(ids)).group_by(column)  # type: ignore[call-overload, attr-defined]  # a column
    return Counter(dict(db.session.execute(query).all()))
