"""The facilitator's screen: who is coming, what they answered, and who was there."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts import guards
from retreats.accounts.guards import facilitators_only, strongly
from retreats.booking import organising, queries, service
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import writing
from retreats.languages import language
from retreats.questions import queries as questions
from retreats.questions.models import Question
from retreats.refusals import NotFound
from retreats.web import page, seen_other

bp = Blueprint("booking_facilitate", __name__)


@bp.get("/facilitate/<slug>/")
@facilitators_only
@strongly
def who_comes(slug: str) -> Response:
    """Everybody with a confirmed place, by name, with what they answered when booking."""
    gathering = organising.led_by(slug, guards.current_person().id)
    asked = questions.questions_by_id(gathering.id, "intake")
    places = queries.who_comes(gathering.id)
    return page(
        "booking/facilitate/who_comes.html",
        gathering=gathering,
        places=[(place, _answers(place, asked)) for place in places],
        has_begun=_has_begun(gathering),
    )


@bp.post("/facilitate/<slug>/places/<reference>/attendance")
@facilitators_only
def attendance(slug: str, reference: str) -> AnyResponse:
    """Mark one attendee as `attended` or `missed`: the button names the state it leads to."""
    gathering = organising.led_by(slug, guards.current_person().id)
    place = next((each for each in queries.who_comes(gathering.id) if each.reference == reference), None)
    if place is None:
        raise NotFound
    presence = request.form.get("presence", "")
    if presence in service.PRESENCES:
        with writing():
            service.mark(place.id, presence)
    return seen_other(url_for("booking_facilitate.who_comes", slug=slug) + f"#{reference}")


def _answers(place: Place, asked: dict[int, Question]) -> list[tuple[Question, str]]:
    """The answers of one attendee in words, in the order of the questions."""
    given = [(asked[each.question_id], each.text) for each in place.answers if each.text and each.question_id in asked]
    return [
        (question, questions.in_words(question, text, language()))
        for question, text in sorted(given, key=lambda pair: pair[0].position)
    ]


def _has_begun(gathering: Gathering) -> bool:
    return gathering.has_begun(clock.now())
