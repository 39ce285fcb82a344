"""Reading answers out of a form as a browser sent it."""

from __future__ import annotations

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from retreats.questions.models import Question

LONGEST = 4000


def read(questions: list[Question], sent: MultiDict[str, str], *, prefix: str) -> tuple[dict[int, str], dict[str, str]]:
    """The answers by question id, and what is wrong by field name.

    Fields are named `<prefix>-<key>`. Several choices are joined with a comma; an unknown choice is as if nothing had
    been chosen.
    """
    answers: dict[int, str] = {}
    errors: dict[str, str] = {}
    for question in questions:
        name = f"{prefix}-{question.key}"
        answer = _answer(question, sent, name)
        if not answer and question.required:
            errors[name] = _("We need an answer here, so that we can prepare.")
        elif len(answer) > LONGEST:
            errors[name] = _("That is longer than we can keep: please use %(most)s characters at most.", most=LONGEST)
        answers[question.id] = answer
    return answers, errors


def _answer(question: Question, sent: MultiDict[str, str], name: str) -> str:
    known = [str(option["value"]) for option in question.options]
    if question.kind == "many":
        return ",".join(value for value in sent.getlist(name) if value in known)
    value = sent.get(name, "").strip()
    if question.kind in {"choice", "steps"}:
        return value if value in known else ""
    if question.kind == "switch":
        return "yes" if value else ""
    return value
