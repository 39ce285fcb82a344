"""What the clock brings about in the loop: each is asked what is due now, and for the next moment something will be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import db, new_id
from retreats.events import (
    CareCopyRaised,
    CareUnseen,
    DigestDue,
    FeedbackOpened,
    FeedbackReminded,
    IntentionReminded,
    NeedsDue,
    NeedsLate,
    NeedsTold,
    PointLapsed,
)
from retreats.feedback import timeline
from retreats.feedback.house_forms import house_form, write_down
from retreats.feedback.models import Batch, CareCase, FormWindow, Point, PointStep, Verdict
from retreats.feedback.people import how_many_attended
from retreats.feedback.service import release, round_ticks
from retreats.feedback.service.author import take_in
from retreats.feedback.service.care_more import stand_in
from retreats.feedback.service.decide import current
from retreats.feedback.service.form_choices import is_asked_after
from retreats.feedback.service.intention import are_unmarked
from retreats.feedback.service.own_questions import form_to_open
from retreats.feedback.service.passing import note_passed, steps_ahead
from retreats.feedback.service.resting import has_come_to_rest
from retreats.feedback.service.steps import step
from retreats.feedback.service.taking_back import FOR, some_wait
from retreats.feedback.service.turns import at_form, in_turn
from retreats.house.queries import current as house
from retreats.outbox import emit

_LOOKING_BACK, _LOOKING_AHEAD = timedelta(days=120), timedelta(days=8)
_LATE, _TOO_LATE_TO_ASK = timedelta(hours=12), timedelta(days=5)
"""After a time without a worker: reminders that are this late are not sent, and a form this late is not opened."""


def steps_due(now: datetime) -> None:
    """Let every moment of the timeline that has come pass, once for each gathering. The house's forms are there by then."""
    write_down(("intention", "after", "reflection", "check_in", "follow_up"))
    for gathering, ahead in steps_ahead(_in_the_loop(now, Gathering.starts_at < now + _LOOKING_AHEAD)):
        for each, due in ahead:
            if due <= now and not has_come_to_rest(gathering.id, each):
                note_passed(gathering, each, now)
                _HAPPENS[each.name](gathering, now - due)


def next_step() -> datetime | None:
    """The next moment of any gathering's timeline."""
    return min((due for _, ahead in steps_ahead(_in_the_loop(clock.now())) for _, due in ahead), default=None)


def digests_due(now: datetime) -> None:
    """Where there is news and its day has come, everybody who attended is told, and what was shown counts as told."""
    for window in db.session.scalars(select(FormWindow).where(FormWindow.digest_due_at <= now)):
        in_turn("gathering", window.gathering_id)
        later = timeline.next_digest_day(now, house().zone) if some_wait(window.id) else None
        window.digest_due_at, window.digests = later, window.digests + 1
        points = select(Point).join(Batch).where(Batch.window_id == window.id)
        for point in db.session.scalars(points.where(Point.state.in_(("answered", "decided", "made", "shown")))):
            if _is_complete(point, in_series=window.gathering.series_id is not None):
                step(point, "told")
        db.session.flush()
        emit(DigestDue(gathering_id=window.gathering_id, number=window.digests))


def next_digest() -> datetime | None:
    """The next moment at which a digest goes out."""
    return db.session.scalar(select(func.min(FormWindow.digest_due_at)))


def verdicts_due(now: datetime) -> None:
    """Verdicts of unnamed authors take effect when their wait is over."""
    waiting = select(Verdict).where(Verdict.taken_in.is_(False), Verdict.visible_after <= now)
    for verdict in db.session.scalars(waiting.options(joinedload(Verdict.point))):
        in_turn("gathering", verdict.point.batch.window.gathering_id)
        db.session.refresh(verdict.point)
        take_in(verdict)


def next_verdict() -> datetime | None:
    """The next moment at which a verdict takes effect."""
    return db.session.scalar(select(func.min(Verdict.visible_after)).where(Verdict.taken_in.is_(False)))


def lapses_due(now: datetime) -> None:
    """Three weeks after they were told, authors who said nothing are no longer asked. Silence is not assent."""
    for point, told_at, zone in _awaiting_verdict():
        if _asked_until(told_at, zone) <= now and _is_still_told(point):
            db.session.add(PointStep(id=new_id(), point_id=point.id, step="lapsed", taken_at=now))
            point.state = "lapsed"
            db.session.flush()
            emit(PointLapsed(point_id=point.id, gathering_id=point.batch.window.gathering_id))


def next_lapse() -> datetime | None:
    """The next moment at which a verdict is no longer awaited."""
    return min((_asked_until(told_at, zone) for _, told_at, zone in _awaiting_verdict()), default=None)


def care_due(now: datetime) -> None:
    """Automatic copies are announced at their full hour; what nobody opened for a day is told to the deputy and the organisers,
    and at once what has lost its care contact.
    """
    for case in db.session.scalars(select(CareCase).where(CareCase.alerted.is_(False), CareCase.raised_at <= now)):
        case.alerted = True
        emit(CareCopyRaised(case_id=case.id, gathering_id=case.gathering_id, moment=int(case.raised_at.timestamp())))
    day_ago = now - timedelta(hours=timeline.CARE_HOURS)
    unseen = _unseen().where(CareCase.raised_at <= day_ago, func.coalesce(CareCase.handed_at, day_ago) <= day_ago)
    for case in (*db.session.scalars(unseen), *db.session.scalars(_forsaken())):
        case.overdue_told = True
        stand_in(case)
        emit(CareUnseen(case_id=case.id, gathering_id=case.gathering_id, moment=int(case.waits_since.timestamp())))
    db.session.flush()


def next_care() -> datetime | None:
    """The next moment at which a copy is announced or a case is overdue."""
    unannounced = db.session.scalar(select(func.min(CareCase.raised_at)).where(CareCase.alerted.is_(False)))
    oldest = min((case.waits_since for case in db.session.scalars(_unseen())), default=None)
    overdue = None if oldest is None else oldest + timedelta(hours=timeline.CARE_HOURS)
    return min((each for each in (unannounced, overdue) if each is not None), default=None)


def _in_the_loop(now: datetime, *more: ColumnElement[bool]) -> list[Gathering]:
    query = select(Gathering).where(
        Gathering.published_at.is_not(None),
        Gathering.state.in_(("published", "running", "over")),
        Gathering.ends_at > now - _LOOKING_BACK,
        *more,
    )
    return list(db.session.scalars(query.order_by(Gathering.id)))


def _is_complete(point: Point, *, in_series: bool) -> bool:
    """Whether what became of a point is all there, so that its author can be told."""
    decision = current(point.id)
    if point.state == "shown" or (point.state == "made" and not in_series):
        return True
    if decision is None or decision.kind == "need_to_talk":
        return point.kind == "question" and _was_answered(point)
    return point.state == "decided" and decision.kind in {"already_so", "will_not"}


def _was_answered(point: Point) -> bool:
    return db.session.scalar(
        select(PointStep.id)
        .where(PointStep.point_id == point.id, PointStep.step == "answered", PointStep.taken_at <= clock.now() - FOR)
        .limit(1)
    ) is not None  # fmt: skip


def _awaiting_verdict() -> list[tuple[Point, datetime, str]]:
    return [(point, told_at, zone) for point, told_at, zone in db.session.execute(_told_and_without_verdict())]


@cache
def _told_and_without_verdict() -> Select[Point, datetime, str]:
    """Put together once: it is asked at every tick."""
    told, given = aliased(PointStep), aliased(Verdict)
    return (
        select(Point, func.max(told.taken_at), Gathering.zone)
        .join(told, (told.point_id == Point.id) & (told.step == "told"))
        .join(Batch, Batch.id == Point.batch_id)
        .join(FormWindow, FormWindow.id == Batch.window_id)
        .join(Gathering, Gathering.id == FormWindow.gathering_id)
        .where(
            Point.state == "told",
            ~select(given.id).where(given.point_id == Point.id, given.taken_in.is_(False)).exists(),
        )
        .group_by(Point.id, Gathering.zone)
    )


def _asked_until(told_at: datetime, zone: str) -> datetime:
    return timeline.later(told_at, zone, days=timeline.VERDICT_DAYS)


def _is_still_told(point: Point) -> bool:
    """Whether its author has not spoken or taken it back in this very moment."""
    in_turn("gathering", point.batch.window.gathering_id)
    db.session.refresh(point)
    return point.state == "told"


def _unseen() -> Select[CareCase]:
    return select(CareCase).where(CareCase.state == "raised", CareCase.alerted, CareCase.overdue_told.is_(False))


def _forsaken() -> Select[CareCase]:
    """Cases that nobody looks after any more: the care contact is not let in, or there is none."""
    gone = or_(Gathering.care_contact_id.is_(None), Person.disabled_at.is_not(None))
    looked_after = select(CareCase).join(Gathering).outerjoin(Person, Person.id == Gathering.care_contact_id)
    return looked_after.where(CareCase.state != "closed", CareCase.alerted, CareCase.overdue_told.is_(False), gone)


def _window(gathering: Gathering) -> FormWindow | None:
    return db.session.scalar(
        select(FormWindow).where(FormWindow.gathering_id == gathering.id, FormWindow.occasion == "after")
    )


def _needs_due(gathering: Gathering, late: timedelta) -> None:
    if late < _LATE:
        emit(NeedsDue(gathering_id=gathering.id))


def _needs_told(gathering: Gathering, late: timedelta) -> None:
    if late < _LATE:
        emit(NeedsTold(gathering_id=gathering.id))
    if late < _LATE and are_unmarked(gathering.id):
        emit(NeedsLate(gathering_id=gathering.id))


def _remind_of_intention(gathering: Gathering, late: timedelta) -> None:
    if late < _LATE and how_many_attended(gathering.id):
        emit(IntentionReminded(gathering_id=gathering.id))


def _open(gathering: Gathering, late: timedelta) -> None:
    if how_many_attended(gathering.id) and late <= _TOO_LATE_TO_ASK and is_asked_after(gathering.id):
        open_form(gathering)


def open_form(gathering: Gathering) -> None:
    """Ask those who were there: the form takes something in from now on, and they are written to."""
    attended = how_many_attended(gathering.id)
    db.session.add(FormWindow(id=new_id(), gathering_id=gathering.id, occasion="after", form_id=house_form("after").id,
                              state="collecting", attended=attended, digests=0,
                              offers_unnamed=attended >= release.ENOUGH,
                              own_form_id=form_to_open(gathering.id)))  # fmt: skip
    db.session.flush()
    emit(FeedbackOpened(gathering_id=gathering.id))


def _remind(number: int) -> Callable[[Gathering, timedelta], None]:
    def remind(gathering: Gathering, late: timedelta) -> None:
        if late < _LATE and _window(gathering) is not None:
            emit(FeedbackReminded(gathering_id=gathering.id, number=number))

    return remind


def _releasing(how: Callable[[FormWindow], None]) -> Callable[[Gathering, timedelta], None]:
    def releasing(gathering: Gathering, _late: timedelta) -> None:
        at_form(gathering.id)
        window = _window(gathering)
        if window is not None:
            how(window)
            db.session.flush()

    return releasing


_HAPPENS: dict[str, Callable[[Gathering, timedelta], None]] = {
    timeline.INTENTION_REMINDER.name: _remind_of_intention,
    timeline.INTENTION_CLOSES.name: _needs_due,
    timeline.NEEDS_TOLD.name: _needs_told,
    timeline.OPENS.name: _open,
    timeline.REMINDER_1.name: _remind(1),
    timeline.REMINDER_2.name: _remind(2),
    timeline.REMINDER_3.name: _remind(3),
    timeline.RELEASE_1.name: _releasing(release.first_release),
    timeline.RELEASE_2.name: _releasing(release.last_release),
    timeline.HELD_RELEASE.name: _releasing(release.release_held),
    **round_ticks.HAPPENS,
}
