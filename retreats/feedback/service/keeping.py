"""What the loop keeps for a time only: hopes and needs, closed care cases, words that too few accompanied."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update

from retreats import periods
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback.models import CareCase, FormWindow, IntentionAnswer, Need, PrivateNote, SealedAnswer, TalkWish
from retreats.feedback.service import before_keeping
from retreats.feedback.service.care_more import let_go
from retreats.periods import Going, Period


def _over(now: datetime, after: timedelta) -> Select[int]:
    return select(Gathering.id).where(Gathering.ends_at <= now - after)


def _counted(model: type[IntentionAnswer | Need | PrivateNote | TalkWish], until: datetime) -> list[Going]:
    rows = db.session.execute(
        select(Gathering.id, Gathering.ends_at, func.count(model.id))
        .join(Place, Place.gathering_id == Gathering.id)
        .join(model, model.place_id == Place.id)
        .where(Gathering.ends_at <= until - periods.HOPES)
        .group_by(Gathering.id, Gathering.ends_at)
    )
    return [Going(ends_at + periods.HOPES, count, gathering_id) for gathering_id, ends_at, count in rows if ends_at]


def _hopes(until: datetime) -> list[Going]:
    kinds = (IntentionAnswer, Need, PrivateNote, TalkWish)
    return [each for kind in kinds for each in _counted(kind, until)]


def _forget_hopes(now: datetime) -> None:
    places = select(Place.id).where(Place.gathering_id.in_(_over(now, periods.HOPES)))
    before_keeping.forget_notes(now)
    db.session.execute(delete(IntentionAnswer).where(IntentionAnswer.place_id.in_(places)))
    db.session.execute(delete(Need).where(Need.place_id.in_(places)))
    db.session.execute(delete(PrivateNote).where(PrivateNote.place_id.in_(places)))
    db.session.execute(delete(TalkWish).where(TalkWish.place_id.in_(places)))


def _with_words() -> ColumnElement[bool]:
    return or_(CareCase.text_sealed.is_not(None), CareCase.way_sealed.is_not(None))


def _care(until: datetime) -> list[Going]:
    rows = db.session.execute(
        select(Gathering.id, Gathering.ends_at, func.count(CareCase.id))
        .join(CareCase, CareCase.gathering_id == Gathering.id)
        .where(Gathering.ends_at <= until - periods.CARE, CareCase.state == "closed", _with_words())
        .group_by(Gathering.id, Gathering.ends_at)
    )
    return [Going(ends_at + periods.CARE, count, gathering_id) for gathering_id, ends_at, count in rows if ends_at]


def _forget_care(now: datetime) -> None:
    closed = select(CareCase.id).where(
        CareCase.gathering_id.in_(_over(now, periods.CARE)), CareCase.state == "closed", _with_words()
    )
    cases = db.session.scalars(closed).all()
    let_go(list(cases))
    db.session.execute(
        update(CareCase).where(CareCase.id.in_(cases)).values(text_sealed=None, way_sealed=None, place_id=None)
    )


def _held(until: datetime) -> list[Going]:
    rows = db.session.execute(
        select(Gathering.id, Gathering.ends_at, func.count(SealedAnswer.locator))
        .join(FormWindow, FormWindow.gathering_id == Gathering.id)
        .join(SealedAnswer, SealedAnswer.window_id == FormWindow.id)
        .where(Gathering.ends_at <= until - periods.HELD_WORDS)
        .group_by(Gathering.id, Gathering.ends_at)
    )
    return [
        Going(ends_at + periods.HELD_WORDS, count, gathering_id) for gathering_id, ends_at, count in rows if ends_at
    ]


def _forget_held(now: datetime) -> None:
    windows = select(FormWindow.id).where(FormWindow.gathering_id.in_(_over(now, periods.HELD_WORDS)))
    db.session.execute(delete(SealedAnswer).where(SealedAnswer.window_id.in_(windows)))


PERIODS = (
    Period("hopes", _hopes, _forget_hopes),
    Period("care", _care, _forget_care),
    Period("held_words", _held, _forget_held),
    *before_keeping.PERIODS,
)
