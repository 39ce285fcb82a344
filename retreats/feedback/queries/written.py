"""What stands beside points: what was written about them, what a gathering's own questions were, and what was promised aloud."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from retreats import clock
from retreats.db import Localised, db
from retreats.feedback.models import Batch, Decision, FormWindow, Message, Point, Verdict
from retreats.feedback.own_questions import labelled
from retreats.feedback.queries.correspondence import Line, week_words
from retreats.languages import day
from retreats.questions.models import Question


def written_about(points: list[Point], zone: str) -> dict[int, list[Line]]:
    """What was written about each of these points and may be seen by now, oldest first: letters, and what an author
    added when saying whether it met them.
    """
    ids = [point.id for point in points]
    signed = {point.id for point in points if point.place_id is not None}
    letters = db.session.scalars(
        select(Message)
        .where(Message.point_id.in_(ids), or_(Message.side == "staff", Message.visible_after <= clock.now()))
        .options(joinedload(Message.staff))
    )
    verdicts = db.session.scalars(select(Verdict).where(Verdict.point_id.in_(ids), Verdict.taken_in))
    written: list[Message | Verdict] = [*letters, *(each for each in verdicts if each.text)]
    found: dict[int, list[Line]] = {}
    for each in sorted(written, key=lambda each: each.visible_after):
        staff = each.staff if isinstance(each, Message) else None
        exactly = staff is not None or each.point_id in signed
        when = day(each.visible_after, zone) if exactly else week_words(each.visible_after, zone)
        found.setdefault(each.point_id, []).append(Line(each.text or "", staff.name if staff else None, when))
    return found


def asked_in(points: list[Point]) -> dict[int, Localised]:
    """For each point the question that it answers, the house's or its gathering's own, in the words in which it was put."""
    if not points:
        return {}
    is_asked = or_(Question.form_id == FormWindow.form_id, Question.form_id == FormWindow.own_form_id)
    asked = db.session.execute(
        select(Batch.id, Question)
        .join(FormWindow, FormWindow.id == Batch.window_id)
        .join(Question, is_asked)
        .where(Batch.id.in_({each.batch_id for each in points}), Question.key.in_({each.question for each in points}))
    )
    known = {(batch_id, question.key): labelled(question) for batch_id, question in asked}
    return {each.id: known[at] for each in points if (at := (each.batch_id, each.question)) in known}


def promised_aloud(gathering_id: int) -> list[Decision]:
    """What those who led promised while it went on."""
    query = select(Decision).where(
        Decision.gathering_id == gathering_id, Decision.point_id.is_(None), Decision.theme_id.is_(None)
    )
    query = query.options(selectinload(Decision.changes))
    return list(db.session.scalars(query.order_by(Decision.decided_at, Decision.id)))
