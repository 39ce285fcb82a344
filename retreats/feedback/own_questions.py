"""What those who lead ask beside the house's own questions after a gathering: three at most, under keys of their own.

Which they were is frozen when the form opens (FormWindow.own_form); trends and pools leave them out, because each gathering asks
others.
"""

from __future__ import annotations

from retreats.db import Localised
from retreats.feedback.models import FormWindow
from retreats.questions.models import Question

OCCASION = "after_own"
"""Under which a gathering's own questions stand among its forms."""
OWN = ("O1", "O2", "O3")


def own_questions(window: FormWindow) -> list[Question]:
    """What this form asks beside the house's questions, in order."""
    return list(window.own_form.questions) if window.own_form is not None else []


def own_texts(window: FormWindow) -> list[str]:
    """The keys of those that are answered in one's own words."""
    return [each.key for each in own_questions(window) if not each.options]


def own_scales(window: FormWindow) -> list[str]:
    """The keys of those that are answered in a word of the scale."""
    return [each.key for each in own_questions(window) if each.options]


def all_questions(window: FormWindow) -> dict[str, Question]:
    """Everything that this form asks, by key."""
    return {each.key: each for each in (*window.form.questions, *own_questions(window))}


def labelled(question: Question) -> Localised:
    """Its words, with the session that it is about."""
    about = question.hint
    if not about:
        return question.label
    other = next(iter(about.values()))
    return {code: f"{words} ({about.get(code, other)})" for code, words in question.label.items()}
