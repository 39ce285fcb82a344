"""Deciding, making a change, and showing it where the next person looks. All of it in the deciders' own public words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, or_, select, update

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import Localised, db, new_id
from retreats.events import ChangeDecided, ChangeMade, GatheringPublished
from retreats.events import ChangeShown as ChangeWasShown
from retreats.feedback.models import Change, ChangeShown, Decision, DecisionPoint, Point
from retreats.feedback.quoting import borrows
from retreats.feedback.service.steps import OVER, news, point_in, step
from retreats.feedback.service.turns import in_turn
from retreats.feedback.service.unquotable import QuotesSomebody, unquotable
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal


class AlreadyDecided(Refusal):
    """This point has been decided, and its author has not reopened it."""

    code = "already_decided"


class ReasonMissing(Refusal):
    """Public words say what was asked, and a refusal says why."""

    code = "reason_missing"
    status = 422


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A decision as the form gave it; `due_at` is noon of the day by which the change is to be made."""

    kind: str
    about: Localised = field(default_factory=dict)
    reason: Localised = field(default_factory=dict)
    due_at: datetime | None = None


def decide(gathering_id: int, point_id: int, decided: Decided, *, by: Person) -> Decision:
    """Decide about a point: will_change, already_so, will_not (with a reason) or need_to_talk.

    Raises NotFound, PointWithdrawn, AlreadyDecided, ReasonMissing, QuotesSomebody.
    """
    in_turn("gathering", gathering_id)
    point = point_in(gathering_id, point_id)
    before = current(point.id)
    if point.state in OVER or (before is not None and before.kind != "need_to_talk" and point.state != "reopened"):
        raise AlreadyDecided
    check_words(gathering_id, decided)
    if before is not None:
        set_aside(before, point)
    decision = promise(gathering_id, decided, by=by, point_id=point.id)
    step(point, "decided", by=by)
    if decided.kind == "need_to_talk" and point.state == "reopened":
        point.state = "decided"
    news(gathering_id)
    refresh_pages_of_next(gathering_id)
    return decision


def promise(gathering_id: int, decided: Decided, *, by: Person, point_id: int | None = None,
            theme_id: int | None = None) -> Decision:  # fmt: skip
    """Write a decision down; without point and theme it is something that was promised aloud."""
    decision = Decision(
        id=new_id(), gathering_id=gathering_id, point_id=point_id, theme_id=theme_id, kind=decided.kind,
        about=decided.about, reason=decided.reason, owner_id=by.id, decided_at=clock.now(), due_at=decided.due_at, is_current=True,
    )  # fmt: skip
    db.session.add(decision)
    db.session.flush()
    emit(ChangeDecided(decision_id=decision.id, gathering_id=gathering_id))
    return decision


def make(gathering_id: int, decision_id: int, *, what: Localised, made_on: datetime, by: Person) -> Change:
    """Say that the change was made: since when, and what. Once, unless somebody asked for another look since.

    Raises NotFound, AlreadyDecided for a promise that holds no more, ReasonMissing, QuotesSomebody.
    """
    in_turn("gathering", gathering_id)
    decision = db.session.get(Decision, decision_id)
    if decision is None or decision.gathering_id != gathering_id or decision.kind != "will_change":
        raise NotFound
    if not decision.is_current:
        raise AlreadyDecided  # somebody decided otherwise meanwhile: what was made would stand on the next page
    if decision.changes and all(point.state != "reopened" for point in decision.points):
        return decision.changes[-1]
    if not any(what.values()):
        raise ReasonMissing
    if borrows(" ".join(what.values()), unquotable(gathering_id)):
        raise QuotesSomebody
    change = Change(id=new_id(), decision_id=decision.id, made_on=made_on, what=what, entered_at=clock.now())
    db.session.add(change)
    for point in decision.points:
        step(point, "made", by=by)
    news(gathering_id)
    db.session.flush()
    emit(ChangeMade(change_id=change.id, gathering_id=gathering_id))
    return change


def show_changes(event: GatheringPublished) -> None:
    """The next gathering of a series is published: changes made since the ones before it stand on its page."""
    gathering = db.session.get_one(Gathering, event.gathering_id)
    if gathering.series_id is None or gathering.starts_at is None:
        return
    earlier = select(Gathering.id).where(
        Gathering.series_id == gathering.series_id,
        Gathering.ends_at < gathering.starts_at,
        Gathering.id != gathering.id,
    )
    query = (
        select(Change)
        .join(Decision)
        .where(Decision.gathering_id.in_(earlier), ~Change.shown.any(), Decision.is_current)
    )
    for change in db.session.scalars(query):
        _show(change, gathering)


def show_made(event: ChangeMade) -> None:
    """A change was made and the next gathering of the series is public already: it is shown there now."""
    change = db.session.get_one(Change, event.change_id)
    after = following(change.decision.gathering)
    if after is not None and not change.shown:
        _show(change, after)


def following(gathering: Gathering) -> Gathering | None:
    """The next gathering of the series that is public, and not over or cancelled."""
    if gathering.series_id is None:
        return None
    return db.session.scalar(
        select(Gathering)
        .where(Gathering.series_id == gathering.series_id, Gathering.starts_at > gathering.ends_at,
               Gathering.state.in_(("published", "running")), Gathering.published_at.is_not(None))
        .order_by(Gathering.starts_at)
        .limit(1)
    )  # fmt: skip


def current(point_id: int) -> Decision | None:
    """The decision that holds for this point: its own, or the one about its theme that it follows."""
    followed = select(DecisionPoint.decision_id).where(DecisionPoint.point_id == point_id)
    holds = or_(Decision.point_id == point_id, Decision.id.in_(followed))
    return db.session.scalar(select(Decision).where(holds, Decision.is_current))


def set_aside(decision: Decision, point: Point) -> None:
    """This holds for the point no more; for others of a theme it still does."""
    if decision.point_id == point.id:
        decision.is_current = False
    else:
        db.session.execute(delete(DecisionPoint).where(DecisionPoint.point_id == point.id))


def follow(before: Decision, after: Decision) -> None:
    """Points that followed the one about their theme follow the other from now on; that they followed the first is counted."""
    db.session.add_all([DecisionPoint(decision_id=after.id, point_id=each.id) for each in before.followers])
    db.session.flush()
    db.session.expire(after, ["followers"])


def _show(change: Change, gathering: Gathering) -> None:
    decision, now = change.decision, clock.now()
    in_turn("gathering", decision.gathering_id)
    db.session.add(ChangeShown(id=new_id(), change_id=change.id, gathering_id=gathering.id, shown_at=now))
    for point in decision.points:
        step(point, "shown")
    news(decision.gathering_id, at=now)
    _refresh_page(gathering.id)
    db.session.flush()
    emit(ChangeWasShown(change_id=change.id, gathering_id=decision.gathering_id, shown_in_id=gathering.id))


def check_words(gathering_id: int, decided: Decided) -> None:
    """Raises ReasonMissing for public words without what was asked, and a refusal without why; QuotesSomebody."""
    public = decided.kind != "need_to_talk"
    if public and not any(decided.about.values()):
        raise ReasonMissing
    if decided.kind == "will_not" and not any(decided.reason.values()):
        raise ReasonMissing
    words = " ".join((*decided.about.values(), "·", *decided.reason.values()))
    if borrows(words, unquotable(gathering_id)):
        raise QuotesSomebody


def refresh_pages_of_next(gathering_id: int) -> None:
    """The page of the next gathering of the series says something different now."""
    after = following(db.session.get_one(Gathering, gathering_id))
    if after is not None:
        _refresh_page(after.id)


def _refresh_page(gathering_id: int) -> None:
    """A page is kept under its gathering's version: this block of it is different now."""
    db.session.execute(update(Gathering).where(Gathering.id == gathering_id).values(version=Gathering.version + 1))
