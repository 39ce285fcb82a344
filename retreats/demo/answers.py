"""For the demonstration: others who were there answer too, by the door through which everybody's form comes."""

from __future__ import annotations

import secrets
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import open_to_everyone
from retreats.booking.models import Place
from retreats.catalogue import queries as catalogue
from retreats.db import let_go, writing
from retreats.feedback import own_link
from retreats.feedback import service as feedback
from retreats.feedback.people import attended
from retreats.feedback.service.after import given, takes, window_of
from retreats.refusals import Refusal
from retreats.web import csrf, seen_other

bp = Blueprint("demo_answers", __name__)
_FILE = Path(__file__).parent / "community" / "answers.toml"


class NobodyToAnswer(Refusal):
    """The form is not open, or everybody has answered."""

    code = "nobody_to_answer"


@bp.post("/demo/gatherings/<slug>/answer")
@open_to_everyone
def answer(slug: str) -> AnyResponse:
    """Let `count` of those who have not answered do so now (6 if not said), and lead back."""
    wanted = request.form.get("count", "6")
    gathering = catalogue.published(slug)
    answer_for_others(gathering.id, at_most=int(wanted) if wanted.isascii() and wanted.isdecimal() else 6)
    return seen_other(f"/demo/#{gathering.slug}")


csrf.exempt(answer)


def answer_for_others(gathering_id: int, *, at_most: int) -> int:
    """Send the form for so many attendees whose own link has sealed nothing yet; how many did.

    Each is a submission of its own, in a transaction of its own, as in life. Raises NobodyToAnswer.
    """
    silent = [place for place in attended(gathering_id) if _is_silent(place)]
    if not silent:
        raise NobodyToAnswer
    secrets.SystemRandom().shuffle(silent)
    said = _answers()
    for number, place in enumerate(silent[:at_most]):
        with writing():
            feedback.give(own_link.token_of(place), _submission(said[number % len(said)], place))
    let_go()
    return min(len(silent), at_most)


def _is_silent(place: Place) -> bool:
    token, window = own_link.token_of(place), window_of(place)
    if window is None or not takes(window, token):
        return False
    mine = given(token, window)
    return not mine.scales and not mine.texts


def _submission(said: dict[str, Any], place: Place) -> feedback.Submission:
    window = window_of(place)
    nameless = window is not None and window.offers_unnamed
    texts = {
        key: feedback.Words(
            text=words[place.language],
            kind=words.get("kind") or {"C7": "thanks", "C8": "change"}[key],
            mode=words["mode"] if nameless else "named",
            wants_reply=words["reply"],
        )
        for key, words in said.items()
        if key != "scales"
    }
    return feedback.Submission(scales=said["scales"], texts=texts)


@cache
def _answers() -> list[dict[str, Any]]:
    return list(tomllib.loads(_FILE.read_text(encoding="utf-8"))["answer"])
