"""Forms as others need them."""

from __future__ import annotations

from sqlalchemy import select

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


def in_words(question: Question, answer: str, language: str) -> str:
    """An answer as people read it: the words of the choices that were made."""
    if question.kind == "switch":
        return {"en": "Yes", "pt": "Sim"}.get(language, "Yes") if answer else ""
    if not question.options:
        return answer
    words = {str(option["value"]): option.get(language) or option.get("en", "") for option in question.options}
    return ", ".join(words.get(value, value) for value in answer.split(",") if value)
