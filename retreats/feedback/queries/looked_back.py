"""A facilitator's own look back, for whoever wrote it and for nobody else."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from retreats.feedback.models import Reflection
from retreats.feedback.service.reflection import reflection_of
from retreats.languages import t
from retreats.questions.models import Question

GIVEN, BRINGS, FEELS = "E4", "E6", "E7"


@dataclass(frozen=True)
class LookedBack:
    """What somebody wrote when they looked back, and what they wanted to follow from it."""

    answers: dict[str, str] = field(default_factory=dict)
    """By question key."""

    @property
    def given(self) -> str:
        """What this group taught or gave them: a line of it may go back to the group."""
        return self.answers.get(GIVEN, "")

    @property
    def is_for_supervision(self) -> bool:
        """Whether they wanted to bring something to supervision."""
        return self.answers.get(BRINGS, "no") != "no"

    @property
    def would_talk(self) -> bool:
        """Whether they would like to talk with somebody."""
        return self.answers.get(FEELS) == "talk"

    def lines(self, questions: list[Question]) -> list[tuple[dict[str, str], str]]:
        """Each question that was answered, with the answer in words."""
        found = []
        for question in questions:
            said = self.answers.get(question.key, "")
            words = {str(option["value"]): t(option) for option in question.options}
            if said:
                found.append((question.label, words.get(said, said)))
        return found


def own_look_back(gathering_id: int, person_id: int) -> LookedBack | None:
    """What this facilitator wrote about this gathering; None before they have. One statement."""
    written: Reflection | None = reflection_of(gathering_id, person_id)
    return LookedBack(json.loads(written.answers or "{}")) if written is not None else None
