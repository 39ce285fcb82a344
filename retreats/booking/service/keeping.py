"""What booking keeps for a time only: answers, notes of the house, waiting lists."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select

from retreats import periods
from retreats.booking.models import Answer, HouseNote, Registration, WaitingEntry
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.periods import Going, Period
from retreats.questions.models import Form, Question


def _answers(until: datetime) -> dict[int, Going]:
    """Answers that are due, by question: each has a period of its own, after the end."""
    rows = db.session.execute(
        select(Question.id, Question.keep_days, Gathering.id, Gathering.ends_at, func.count(Answer.id))
        .join(Answer, Answer.question_id == Question.id)
        .join(Form, Form.id == Question.form_id)
        .join(Gathering, Gathering.id == Form.gathering_id)
        .where(Gathering.ends_at <= until)
        .group_by(Question.id, Question.keep_days, Gathering.id, Gathering.ends_at)
    )
    found = {
        question_id: Going(ends_at + timedelta(days=days), count, gathering_id)
        for question_id, days, gathering_id, ends_at, count in rows
        if ends_at is not None
    }
    return {question_id: going for question_id, going in found.items() if going.on <= until}


def _forget_answers(now: datetime) -> None:
    db.session.execute(delete(Answer).where(Answer.question_id.in_(_answers(now))))


def _counted(query: Select[int, datetime | None, int], after: timedelta) -> list[Going]:
    return [
        Going(ends_at + after, count, gathering_id)
        for gathering_id, ends_at, count in db.session.execute(query)
        if ends_at
    ]


def _waiting(until: datetime) -> list[Going]:
    return _counted(
        select(Gathering.id, Gathering.ends_at, func.count(WaitingEntry.id))
        .join(WaitingEntry, WaitingEntry.gathering_id == Gathering.id)
        .where(Gathering.ends_at <= until - periods.WAITING)
        .group_by(Gathering.id, Gathering.ends_at),
        periods.WAITING,
    )


def _forget_waiting(now: datetime) -> None:
    over = select(Gathering.id).where(Gathering.ends_at <= now - periods.WAITING)
    db.session.execute(delete(WaitingEntry).where(WaitingEntry.gathering_id.in_(over)))


def _notes(until: datetime) -> list[Going]:
    return _counted(
        select(Gathering.id, Gathering.ends_at, func.count(HouseNote.id))
        .join(Registration, Registration.gathering_id == Gathering.id)
        .join(HouseNote, HouseNote.registration_id == Registration.id)
        .where(Gathering.ends_at <= until - periods.NOTES)
        .group_by(Gathering.id, Gathering.ends_at),
        periods.NOTES,
    )


def _forget_notes(now: datetime) -> None:
    over = select(Registration.id).join(Gathering).where(Gathering.ends_at <= now - periods.NOTES)
    db.session.execute(delete(HouseNote).where(HouseNote.registration_id.in_(over)))


PERIODS = (
    Period("answers", lambda until: list(_answers(until).values()), _forget_answers),
    Period("waiting", _waiting, _forget_waiting),
    Period("notes", _notes, _forget_notes),
)
