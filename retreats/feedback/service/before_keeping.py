"""What is kept for a time only of what was asked, prepared and complained about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select

from retreats import periods
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback.models import Complaint, EarlyQuestion, Need, NoteItem, PageAnswer, PreparationNote
from retreats.feedback.service import asking, complaints
from retreats.periods import Going, Period


def forget_notes(now: datetime) -> None:
    """Preparation notes go with the hopes that they took up, and so does what stands on pages out of the same form."""
    over = select(Gathering.id).where(Gathering.ends_at <= now - periods.HOPES)
    notes = select(PreparationNote.id).where(PreparationNote.gathering_id.in_(over))
    needs = select(Need.id).join(Place, Place.id == Need.place_id).where(Place.gathering_id.in_(over))
    db.session.execute(delete(NoteItem).where(NoteItem.note_id.in_(notes)))
    db.session.execute(delete(PreparationNote).where(PreparationNote.gathering_id.in_(over)))
    db.session.execute(delete(PageAnswer).where(PageAnswer.need_id.in_(needs)))


def _asked(until: datetime) -> list[Going]:
    rows = db.session.execute(
        select(Gathering.id, Gathering.ends_at, func.count(EarlyQuestion.id))
        .join(EarlyQuestion, EarlyQuestion.gathering_id == Gathering.id)
        .where(Gathering.ends_at <= until - periods.ASKED, EarlyQuestion.text_sealed.is_not(None))
        .group_by(Gathering.id, Gathering.ends_at)
    )
    return [Going(ends_at + periods.ASKED, count, gathering_id) for gathering_id, ends_at, count in rows if ends_at]


def _forget_asked(now: datetime) -> None:
    found = select(EarlyQuestion).join(Gathering, Gathering.id == EarlyQuestion.gathering_id)
    old = found.where(Gathering.ends_at <= now - periods.ASKED, EarlyQuestion.text_sealed.is_not(None))
    asking.empty(list(db.session.scalars(old)))


def _old(until: datetime) -> tuple[ColumnElement[bool], ...]:
    since = func.coalesce(Complaint.answered_at, Complaint.filed_at)
    return since <= until - periods.COMPLAINTS, Complaint.text_sealed.is_not(None)


def _complaints(until: datetime) -> list[Going]:
    found = db.session.scalars(select(Complaint).where(*_old(until)))
    return [Going((each.answered_at or each.filed_at) + periods.COMPLAINTS, 1) for each in found]


def _forget_complaints(now: datetime) -> None:
    complaints.empty(list(db.session.scalars(select(Complaint).where(*_old(now)))))


PERIODS = (Period("asked", _asked, _forget_asked), Period("complaints", _complaints, _forget_complaints))
