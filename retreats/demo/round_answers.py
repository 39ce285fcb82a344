"""For the demonstration: what others say in a check-in or a follow-up that is open."""

from __future__ import annotations

from retreats.booking.models import Place
from retreats.demo.content import Table, said
from retreats.feedback import own_link
from retreats.feedback import service as feedback
from retreats.feedback.rounds import ROUNDS, Round
from retreats.feedback.service.rounds import round_of, round_takes, spoken


def open_now(gathering_id: int) -> Round | None:
    """The round of this gathering that takes something in now, if nobody is too few for it."""
    for asked in ROUNDS.values():
        window = round_of(gathering_id, asked.occasion)
        if window is not None and window.offers_unnamed and round_takes(window):
            return asked
    return None


def are_silent(places: list[Place], asked: Round) -> list[Place]:
    """Those whose own link has sealed nothing in this round."""
    found = []
    for place in places:
        window, token = round_of(place.gathering_id, asked.occasion), own_link.token_of(place)
        mine = spoken(token, window, asked) if window is not None else None
        if mine is not None and not mine.scales and not mine.texts:
            found.append(place)
    return found


def form_of(asked: Round, number: int, language: str) -> feedback.Spoken:
    """One person's form: the answers of the community, in turn."""
    answers: list[Table] = said("round_answers")[asked.form]
    answer = answers[number % len(answers)]
    return feedback.Spoken(
        scales={key: value for key, value in answer["scales"].items() if key in asked.scales},
        texts={key: answer[key][language] for key in asked.texts if key in answer},
    )
