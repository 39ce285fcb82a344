"""The forms of the short rounds, and the line with which a check-in is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from flask_babel import gettext as _

from retreats.db import Localised
from retreats.feedback.forms import LONGEST, LONGEST_LINE, Form, Sent
from retreats.feedback.practised import ASKED, AskedPractice
from retreats.feedback.rounds import TALK, Round
from retreats.feedback.service.after import Care
from retreats.feedback.service.rounds import Spoken
from retreats.feedback.service.talks import Whom
from retreats.questions.models import Question


@dataclass
class RoundForm(Form):
    """A check-in or a follow-up."""

    practised: tuple[str, ...] = ()
    """The keys under which it asks about single practices."""

    @classmethod
    def fresh(cls, said: Spoken) -> RoundForm:
        """With what this person sealed before."""
        return cls(values={**said.scales, **said.texts})

    @classmethod
    def read(
        cls, sent: Sent, questions: list[Question], asked: Round, practised: Sequence[AskedPractice] = ()
    ) -> RoundForm:
        """Take it in. `practised`: what somebody chose is asked about one by one, and not as a whole."""
        form = cls(practised=tuple(each.key for each in practised))
        everything: list[Question | AskedPractice] = [each for each in questions if not practised or each.key != ASKED]
        for question in [*everything, *practised]:
            if question.options:
                form._choose(sent, question.key, [str(option["value"]) for option in question.options])
            else:
                form._take(sent, question.key, longest=LONGEST_LINE if question.kind == "short" else LONGEST)
        if asked.care is not None:
            form._take(sent, f"{asked.care}_text")
            form._take(sent, f"{asked.care}_way", longest=LONGEST_LINE)
        return form

    def spoken(self, asked: Round) -> Spoken:
        """As the service wants it."""
        return Spoken(
            scales={key: self.values[key] for key in (*asked.scales, *self.practised) if self.values.get(key)},
            texts={key: self.values[key] for key in asked.texts if self.values.get(key)},
            care=self._care(asked.care) if asked.care is not None else Care(),
        )

    @property
    def whom(self) -> Whom:
        """Whom somebody would like to talk with today."""
        return cast("Whom", self.values.get(TALK) or "no")  # cast: one of the three, or nothing

    def _care(self, key: str) -> Care:
        """What became harder. That it has passed is told to nobody unless there are words with it."""
        choice, text, way = self.values.get(key) or "no", self.values[f"{key}_text"], self.values[f"{key}_way"]
        return Care(choice="no" if choice == "passed" and not text and not way else choice, text=text, way=way)


class LineForm(Form):
    """What was heard in a check-in, and what tomorrow will be like, in both languages."""

    @classmethod
    def read(cls, sent: Sent) -> LineForm:
        """Take it in."""
        form = cls()
        missing = {
            "heard": _("Write what you heard, in one language at least."),
            "tomorrow": _("Write what tomorrow will be like, in one language at least."),
        }
        for name, sentence in missing.items():
            for language in ("en", "pt"):
                form._take(sent, f"{name}_{language}", longest=LONGEST_LINE)
            if not form.both(name):
                form.errors[f"{name}_en"] = sentence
        return form

    def both(self, name: str) -> Localised:
        """A field in both languages, as it is stored."""
        return {code: self.values[f"{name}_{code}"] for code in ("en", "pt") if self.values.get(f"{name}_{code}")}
