"""What somebody practises, as a follow-up asks about it: the slice that offers practices stands above, and create_app connects it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from retreats.booking.models import Place
from retreats.db import Localised
from retreats.questions.models import Question

ASKED = "D3"
Titles = dict[int, Localised]
"""What practices are called, by id."""


@dataclass
class _Offered:
    """Who can say what is practised; nothing, where no slice was connected."""

    chosen_by: Callable[[Place], Titles] = lambda _place: {}
    of_gathering: Callable[[int], Titles] = lambda _gathering_id: {}


_offered = _Offered()


@dataclass(frozen=True)
class AskedPractice:
    """D3 asked about one practice: a question as templates and forms need it."""

    key: str
    label: Localised
    options: list[dict[str, Any]]
    kind: str = "choice"


def connect(chosen_by: Callable[[Place], Titles], of_gathering: Callable[[int], Titles]) -> None:
    """Take who knows what an attendee has chosen, and what a gathering ever offered. Called once, by create_app."""
    _offered.chosen_by, _offered.of_gathering = chosen_by, of_gathering


def asked_of(place: Place, questions: list[Question]) -> list[AskedPractice]:
    """One question for each practice that this attendee chose, in their order."""
    return _about(_offered.chosen_by(place), questions)


def answered_of(gathering_id: int, questions: list[Question], keys: set[str]) -> list[AskedPractice]:
    """Those of a gathering's practices about which there are answers under these keys."""
    if not any(is_about_practice(key) for key in keys):
        return []
    return [each for each in _about(_offered.of_gathering(gathering_id), questions) if each.key in keys]


def is_about_practice(key: str) -> bool:
    """Whether answers under this key are about one practice."""
    return key.startswith(f"{ASKED}_")


def _about(titles: Titles, questions: list[Question]) -> list[AskedPractice]:
    question = next((each for each in questions if each.key == ASKED), None)
    if question is None:
        return []
    return [
        AskedPractice(f"{ASKED}_{practice_id}", _joined(question.label, title), question.options)
        for practice_id, title in titles.items()
    ]


def _joined(label: Localised, title: Localised) -> Localised:
    other = next(iter(title.values()), "")
    return {code: f"{words}: {title.get(code, other)}" for code, words in label.items()}
