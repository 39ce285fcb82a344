"""The form with which those who lead add questions of their own."""

from __future__ import annotations

from flask_babel import gettext as _

from retreats.catalogue.models import Gathering
from retreats.db import Localised
from retreats.feedback.forms import Sent
from retreats.feedback.own_questions import OWN
from retreats.feedback.service.own_questions import OwnQuestion
from retreats.languages import offered, t
from retreats.questions.models import Question
from retreats.reading import Reading, Values, as_values

LONGEST = 160
KEPT = "kept"
"""A session that is called otherwise by now: the question keeps the words it has."""


def fields_of(gathering: Gathering, stands: list[Question]) -> Values:
    """The fields as they stand."""
    sessions = {each.id: each.title for each in gathering.sessions}
    found: Values = {}
    for number, question in enumerate(stands, start=1):
        about = next((str(key) for key, title in sessions.items() if title == question.hint), KEPT)
        found |= {f"label_{number}_{code}": words for code, words in question.label.items()}
        found |= {f"kind_{number}": "scale" if question.options else "text",
                  f"about_{number}": about if question.hint else ""}  # fmt: skip
    return found


def sessions_to_choose(gathering: Gathering, stands: list[Question]) -> list[list[tuple[str, str]]]:
    """For each question what it may be about: the whole, or one session."""
    known = [(str(each.id), t(each.title)) for each in gathering.sessions]
    titles = [each.title for each in gathering.sessions]
    chosen = []
    for number in range(len(OWN)):
        hint = stands[number].hint if number < len(stands) else {}
        kept = [(KEPT, t(hint))] if hint and hint not in titles else []
        chosen.append([("", _("The whole gathering")), *known, *kept])
    return chosen


class OwnQuestionsForm:
    """What was filled in, and what is to correct."""

    def __init__(self, gathering: Gathering, sent: Sent, stands: list[Question]) -> None:
        read = Reading(sent)
        self.values, self.errors = as_values(sent), read.errors
        self.version = read.whole("version") or 0
        self.asked: list[OwnQuestion] = []
        self.fields: list[int] = []
        """Of each question: which of the three fields it was written in."""
        for number in range(1, len(OWN) + 1):
            label = read.both(f"label_{number}", most=LONGEST)
            if label:
                self._refuse_one_tongue(gathering, number, label)
                is_scale = read.one_of(f"kind_{number}", ("text", "scale"), fallback="text") == "scale"
                about = _about(gathering, read, number, stands)
                self.asked.append(OwnQuestion(label=label, is_scale=is_scale, about=about))
                self.fields.append(number)

    def refuse_scores(self, is_score: list[bool]) -> None:
        """Say where a person would be scored."""
        for number in (field for field, score in zip(self.fields, is_score, strict=True) if score):
            self.errors[f"label_{number}_{_first()}"] = _(
                "A word of the scale beside a person’s name would be a score. Ask about what you did together, or in their own words."
            )

    def _refuse_one_tongue(self, gathering: Gathering, number: int, label: Localised) -> None:
        for code in (each for each in offered() if each in gathering.languages and each not in label):
            self.errors[f"label_{number}_{code}"] = _("Ask it in every language of the gathering.")


def _about(gathering: Gathering, read: Reading, number: int, stands: list[Question]) -> Localised:
    chosen = read.number_of(f"about_{number}")
    if read.sent.get(f"about_{number}") == KEPT and number <= len(stands):
        return stands[number - 1].hint
    return next((each.title for each in gathering.sessions if each.id == chosen), {})


def _first() -> str:
    return next(iter(offered()))
