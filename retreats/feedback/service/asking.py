"""Ask before you book: asked, answered by a promised day, written back once, and on the page only by permission."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from retreats import clock, links
from retreats.accounts.models import Person
from retreats.accounts.service import normalised
from retreats.catalogue.models import Gathering
from retreats.db import db, new_id
from retreats.events import (
    EarlyQuestionAnswered,
    EarlyQuestionAsked,
    EarlyQuestionLate,
    EarlyQuestionReturned,
    EarlyQuestionWithdrawn,
)
from retreats.feedback.models import EarlyQuestion, PageAnswer
from retreats.feedback.pages import refresh_page
from retreats.feedback.service.hearing import hear_named
from retreats.feedback.service.rules import rules_of
from retreats.feedback.timeline import later
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal

MOST_WAITING = 3
"""So many questions of one address may wait at one gathering."""


class NotAskable(Refusal):
    """Before it begins one can ask; this one has begun, is over, or was called off."""

    code = "not_askable"


class TooManyWaiting(Refusal):
    """Three questions from this address wait for an answer here."""

    code = "too_many_waiting"


class AnswerMissing(Refusal):
    """There is nothing to send yet."""

    code = "answer_missing"
    status = 422


class NothingToAnswer(Refusal):
    """It was answered, or taken back."""

    code = "nothing_to_answer"


class WrittenBackBefore(Refusal):
    """One writes back once, after an answer."""

    code = "written_back_before"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question as the form gave it."""

    form_key: str
    name: str
    email: str
    text: str
    language: str
    may_publish: bool = False


def can_be_asked(gathering: Gathering, now: datetime) -> bool:
    """Whether it is public and has not begun."""
    is_public = gathering.state == "published" and gathering.published_at is not None
    return is_public and not gathering.has_begun(now)


def ask(gathering_id: int, asked: Asked) -> EarlyQuestion:
    """Take a question in; the same form twice is one question. Raises NotAskable, TooManyWaiting."""
    before = db.session.scalar(select(EarlyQuestion).where(EarlyQuestion.form_key == asked.form_key))
    if before is not None:
        return before
    now, gathering = clock.now(), db.session.get_one(Gathering, gathering_id)
    if not can_be_asked(gathering, now):
        raise NotAskable
    address = normalised(asked.email)
    if _waiting(gathering_id, whose(address)) >= MOST_WAITING:
        raise TooManyWaiting
    found = EarlyQuestion(
        id=new_id(), gathering_id=gathering_id, form_key=asked.form_key, found_by=whose(address),
        language=asked.language, may_publish=asked.may_publish, asked_at=now,
        due_at=later(now, gathering.zone, days=rules_of(gathering_id).answer_days), late_told=False,
    )  # fmt: skip
    found.name, found.email, found.text = asked.name, address, asked.text
    db.session.add(found)
    db.session.flush()
    hear_named(gathering_id, "asked", found.id, asked.text)
    emit(EarlyQuestionAsked(question_id=found.id, gathering_id=gathering_id))
    return found


def answer(gathering_id: int, question_id: int, text: str, *, by: Person) -> EarlyQuestion:
    """Answer it by letter, or answer what was written back. Raises NotFound, NothingToAnswer, AnswerMissing."""
    found, now = of_gathering(gathering_id, question_id), clock.now()
    if not found.waits:
        raise NothingToAnswer
    if not text:
        raise AnswerMissing
    if found.answered_at is None:
        found.answer, found.answered_at, found.answered_by_id = text, now, by.id
    else:
        found.last, found.last_at, found.answered_by_id = text, now, by.id
    db.session.flush()
    emit(EarlyQuestionAnswered(question_id=found.id, gathering_id=gathering_id, turn=1 if found.last_at is None else 2))
    return found


def return_to(question_id: int, text: str) -> None:
    """Write back, once, after an answer. Raises WrittenBackBefore, AnswerMissing."""
    found = db.session.get_one(EarlyQuestion, question_id, with_for_update=True)
    if found.answered_at is None or found.back_at is not None or found.withdrawn_at is not None:
        raise WrittenBackBefore
    if not text:
        raise AnswerMissing
    found.back, found.back_at = text, clock.now()
    db.session.flush()
    hear_named(found.gathering_id, "asked_back", found.id, text)
    emit(EarlyQuestionReturned(question_id=found.id, gathering_id=found.gathering_id))


def withdraw(question_id: int) -> None:
    """Take a question back: its words, name and address go, and so does what stands on the page. Twice is once."""
    found = db.session.get_one(EarlyQuestion, question_id, with_for_update=True)
    if found.withdrawn_at is not None:
        return
    found.withdrawn_at = clock.now()
    empty([found])
    emit(EarlyQuestionWithdrawn(question_id=found.id, gathering_id=found.gathering_id))


def empty(questions: list[EarlyQuestion]) -> None:
    """Let go of everything that is somebody's; that there was a question, and when it was answered, is still counted."""
    for each in questions:
        each.name = each.email = each.text = each.answer = each.back = each.last = None
        each.found_by = None
        refresh_page(each.gathering_id)
    ids = [each.id for each in questions]
    db.session.execute(delete(PageAnswer).where(PageAnswer.early_question_id.in_(ids)))
    db.session.flush()


def late_due(now: datetime) -> None:
    """What was not answered by the promised day is told to the organisers, once."""
    for each in db.session.scalars(select(EarlyQuestion).where(*_UNANSWERED, EarlyQuestion.due_at <= now)):
        each.late_told = True
        emit(EarlyQuestionLate(question_id=each.id, gathering_id=each.gathering_id))
    db.session.flush()


def next_late() -> datetime | None:
    """The next moment at which an answer is late."""
    return db.session.scalar(select(func.min(EarlyQuestion.due_at)).where(*_UNANSWERED))


def token_of(question: EarlyQuestion) -> str:
    """The last part of `/asked/<token>`."""
    return f"{question.id:x}-{links.derive('asked', question.id, question.gathering_id)}"


def of_token(token: str) -> EarlyQuestion:
    """Whose link this is. Raises NotFound."""
    row, _, key = token.partition("-")
    if not re.fullmatch(r"[0-9a-f]{1,16}", row):
        raise NotFound
    wanted = EarlyQuestion.id == int(row, 16) % 2**63
    parts = db.session.execute(select(EarlyQuestion.id, EarlyQuestion.gathering_id).where(wanted)).first()
    if parts is None or not links.matches(key, "asked", *parts):
        raise NotFound
    along = (joinedload(EarlyQuestion.gathering), joinedload(EarlyQuestion.answered_by))
    return db.session.scalars(select(EarlyQuestion).where(wanted).options(*along)).one()


def of_gathering(gathering_id: int, question_id: int) -> EarlyQuestion:
    """A question to this gathering, for whoever is about to change it. Raises NotFound for another one's."""
    found = db.session.get(EarlyQuestion, question_id, with_for_update=True)
    if found is None or found.gathering_id != gathering_id:
        raise NotFound
    return found


def whose(email: str) -> str:
    """By what somebody's rows are found without storing their address in clear."""
    return links.derive("whose", normalised(email))


def _waiting(gathering_id: int, found_by: str) -> int:
    return db.session.scalar(
        select(func.count()).select_from(EarlyQuestion).where(
            EarlyQuestion.gathering_id == gathering_id, EarlyQuestion.found_by == found_by,
            EarlyQuestion.answered_at.is_(None),
        )
    ) or 0  # fmt: skip


_UNANSWERED = (
    EarlyQuestion.answered_at.is_(None),
    EarlyQuestion.withdrawn_at.is_(None),
    EarlyQuestion.late_told.is_(False),
)
