"""What of questions and answers stands on a gathering's page: by permission of who asked, never with their name."""

from __future__ import annotations

import re

from sqlalchemy import select

from retreats import clock
from retreats.db import db, new_id
from retreats.events import PageAnswerPut, PageAnswerTaken
from retreats.feedback.models import IntentionAnswer, Need, PageAnswer
from retreats.feedback.pages import refresh_page
from retreats.feedback.service.asking import AnswerMissing, NothingToAnswer, of_gathering
from retreats.outbox import emit
from retreats.questions.models import Question
from retreats.refusals import NotFound, Refusal

OUT_OF_THE_FORM = "A5"


class NotForThePage(Refusal):
    """Who asked did not allow it to stand on the page."""

    code = "not_for_the_page"


class NameStands(Refusal):
    """The name of who asked stands in what everybody would read."""

    code = "name_stands"
    status = 422


def put_on_page(gathering_id: int, question_id: int, question: str, text: str) -> None:
    """Let everybody read it, perhaps shortened; put there again it replaces what stood.

    Raises NotFound, NotForThePage, NothingToAnswer before it is answered, AnswerMissing, NameStands.
    """
    found = of_gathering(gathering_id, question_id)
    if not found.may_publish or found.withdrawn_at is not None:
        raise NotForThePage
    if found.answered_at is None:
        raise NothingToAnswer
    if not question or not text:
        raise AnswerMissing
    if names_somebody(f"{question} {text}", found.name or ""):
        raise NameStands
    row = db.session.scalar(select(PageAnswer).where(PageAnswer.early_question_id == question_id))
    if row is None:
        row = PageAnswer(id=new_id(), gathering_id=gathering_id, early_question_id=question_id, put_at=clock.now())
        db.session.add(row)
    row.question, row.answer, row.language = question, text, found.language
    refresh_page(gathering_id)
    db.session.flush()
    emit(PageAnswerPut(page_answer_id=row.id, gathering_id=gathering_id))


def put_need_on_page(gathering_id: int, need_id: int, question: str, text: str) -> None:
    """The same for a question out of the form before coming (A5), once it is answered and where its author allowed it.

    Raises NotFound, NotForThePage, NothingToAnswer, AnswerMissing, NameStands.
    """
    need = db.session.get(Need, need_id, with_for_update=True)
    if need is None or need.key != OUT_OF_THE_FORM or need.place.gathering_id != gathering_id:
        raise NotFound
    if need.place_id not in allowing_the_page([need.place_id]):
        raise NotForThePage
    if need.mark != "answered":
        raise NothingToAnswer
    if not question or not text:
        raise AnswerMissing
    if names_somebody(f"{question} {text}", need.place.name):
        raise NameStands
    row = db.session.scalar(select(PageAnswer).where(PageAnswer.need_id == need_id))
    if row is None:
        row = PageAnswer(id=new_id(), gathering_id=gathering_id, need_id=need_id, put_at=clock.now())
        db.session.add(row)
    row.question, row.answer, row.language = question, text, need.place.language
    refresh_page(gathering_id)
    db.session.flush()
    emit(PageAnswerPut(page_answer_id=row.id, gathering_id=gathering_id))


def allowing_the_page(place_ids: list[int]) -> set[int]:
    """At which of these places the question out of the form may be answered on the page."""
    rows = db.session.scalars(
        select(IntentionAnswer)
        .join(Question, Question.id == IntentionAnswer.question_id)
        .where(IntentionAnswer.place_id.in_(place_ids), Question.key == OUT_OF_THE_FORM)
    )
    return {each.place_id for each in rows if "page" in each.also.split(",")}


def take_needs_off_pages(need_ids: list[int]) -> None:
    """These are about to go, and with them what stands of them on a page."""
    for row in db.session.scalars(select(PageAnswer).where(PageAnswer.need_id.in_(need_ids))):
        refresh_page(row.gathering_id)
        db.session.delete(row)
    db.session.flush()


def take_off_page(gathering_id: int, page_answer_id: int) -> None:
    """Take it from the page again. Raises NotFound."""
    row = db.session.get(PageAnswer, page_answer_id, with_for_update=True)
    if row is None or row.gathering_id != gathering_id:
        raise NotFound
    db.session.delete(row)
    refresh_page(gathering_id)
    db.session.flush()
    emit(PageAnswerTaken(page_answer_id=page_answer_id, gathering_id=gathering_id))


def names_somebody(text: str, name: str) -> bool:
    """Whether a part of this name, of three letters at least, stands in a text as a word."""
    words = {word.casefold() for word in re.findall(r"\w+", text)}
    return any(part.casefold() in words for part in re.findall(r"\w+", name) if len(part) > 2)
