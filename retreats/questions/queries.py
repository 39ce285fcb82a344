"""Forms as others need them."""

from __future__ import annotations

from sqlalchemy import func, select

from retreats.db import db
from retreats.questions.models import Form, Question


def questions_of(gathering_id: int, occasion: str) -> list[Question]:
    """The questions this gathering asks on this occasion, in order: those of the newest version of its form."""
    form = db.session.scalar(
        select(Form)
        .where(Form.gathering_id == gathering_id, Form.occasion == occasion)
        .order_by(Form.version.desc())
        .limit(1)
    )
    return list(form.questions) if form else []


def asked_when_booking(gathering_id: int) -> list[Question]:
    """What the booking form asks: everything but questions about health, which have a page of their own."""
    return [each for each in questions_of(gathering_id, "intake") if not each.about_health]


def in_words(question: Question, answer: str, language: str) -> str:
    """An answer as people read it: the words of the choices that were made."""
    if question.kind == "switch":
        return {"en": "Yes", "pt": "Sim"}.get(language, "Yes") if answer else ""
    if not question.options:
        return answer
    words = {str(option["value"]): option.get(language) or option.get("en", "") for option in question.options}
    return ", ".join(words.get(value, value) for value in answer.split(",") if value)


def version_of(gathering_id: int, occasion: str) -> int:
    """The newest version of this form; 0 when nothing is asked."""
    return (
        db.session.scalar(
            select(func.max(Form.version)).where(Form.gathering_id == gathering_id, Form.occasion == occasion)
        )
        or 0
    )


def questions_by_id(gathering_id: int, occasion: str) -> dict[int, Question]:
    """Every question that was ever asked on this occasion, of all versions: answers point to the version they answered."""
    found = db.session.scalars(
        select(Question).join(Form).where(Form.gathering_id == gathering_id, Form.occasion == occasion)
    )
    return {question.id: question for question in found}
