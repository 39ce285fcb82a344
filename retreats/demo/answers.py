"""For the demonstration: others who were there answer too, by the door through which everybody's form comes."""

from __future__ import annotations

import secrets

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import open_to_everyone
from retreats.booking.models import Place
from retreats.catalogue import queries as catalogue
from retreats.db import let_go, writing
from retreats.demo import round_answers
from retreats.demo.beginning import refuse_unless_invented
from retreats.demo.content import Table, said
from retreats.feedback import own_link
from retreats.feedback import service as feedback
from retreats.feedback.people import attended
from retreats.feedback.rounds import Round
from retreats.feedback.service.after import given, takes, window_of
from retreats.refusals import NextStep, Refusal
from retreats.web import csrf, seen_other

bp = Blueprint("demo_answers", __name__)


class NobodyToAnswer(Refusal):
    """The form is not open, or everybody has answered."""

    code = "nobody_to_answer"

    def __init__(self) -> None:
        super().__init__(
            _("Everybody who was there has answered, or the form is not open."),
            next_step=NextStep(_("The demonstration"), "/demo/"),
        )


@bp.post("/demo/gatherings/<slug>/answer")
@open_to_everyone
def answer(slug: str) -> AnyResponse:
    """Let `count` of those who have not answered do so now (6 if not said), and lead back."""
    refuse_unless_invented()
    wanted = request.form.get("count", "6")
    gathering = catalogue.published(slug)
    many = answer_for_others(gathering.id, at_most=int(wanted) if wanted.isascii() and wanted.isdecimal() else 6)
    back = "besides" if request.form.get("back") == "besides" else "walk"
    return seen_other(f"/demo/?answered={many}&at={back}#{back}")


csrf.exempt(answer)


def answer_for_others(gathering_id: int, *, at_most: int) -> int:
    """Send the form for so many attendees whose own link has sealed nothing yet; how many did.

    Each is a submission of its own, in a transaction of its own, as in life. Raises NobodyToAnswer.
    """
    asked, there = round_answers.open_now(gathering_id), attended(gathering_id)
    if asked is not None:
        return _answer_round(asked, there, at_most)
    silent = [place for place in there if _is_silent(place)]
    if not silent:
        raise NobodyToAnswer
    answers, heard = said("answers")[silent[0].gathering.kind], len(there) - len(silent)
    secrets.SystemRandom().shuffle(silent)
    for number, place in enumerate(silent[:at_most], start=heard):
        with writing():
            feedback.give(own_link.token_of(place), _submission(answers[number % len(answers)], place))
    let_go()
    return min(len(silent), at_most)


def _answer_round(asked: Round, there: list[Place], at_most: int) -> int:
    """The same for a check-in or a follow-up, where one of them is open."""
    silent = round_answers.are_silent(there, asked)
    if not silent:
        raise NobodyToAnswer
    heard = len(there) - len(silent)
    secrets.SystemRandom().shuffle(silent)
    for number, place in enumerate(silent[:at_most], start=heard):
        with writing():
            feedback.give_round(own_link.token_of(place), asked, round_answers.form_of(asked, number, place.language))
    let_go()
    return min(len(silent), at_most)


def _is_silent(place: Place) -> bool:
    token, window = own_link.token_of(place), window_of(place)
    if window is None or not takes(window, token):
        return False
    mine = given(token, window)
    return not mine.scales and not mine.texts


def _submission(answer: Table, place: Place) -> feedback.Submission:
    window = window_of(place)
    nameless = window is not None and window.offers_unnamed
    texts = {
        key: feedback.Words(
            text=words[place.language],
            kind=words.get("kind") or {"C7": "thanks", "C8": "change"}[key],
            mode=words["mode"] if nameless else "named",
            wants_reply=words["reply"],
        )
        for key, words in answer.items()
        if key != "scales"
    }
    return feedback.Submission(scales=answer["scales"], texts=texts)
