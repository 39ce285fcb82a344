"""The short rounds by one's own link: the check-in, and how it is three weeks and three months later.

As on the other pages of an own link there is no session, no cookie, no limiter and no log line here.
"""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import by_own_link
from retreats.booking.models import Place
from retreats.db import writing
from retreats.feedback import service
from retreats.feedback.models import FormWindow
from retreats.feedback.own_page import opened as _place
from retreats.feedback.own_page import page_of, proved, way_back
from retreats.feedback.own_page import posted as _posted
from retreats.feedback.practised import asked_of
from retreats.feedback.queries import correspondence
from retreats.feedback.round_forms import RoundForm
from retreats.feedback.rounds import CHECK_IN, FOLLOW_UPS, ROUNDS, TALK, Round
from retreats.feedback.routes import bp
from retreats.feedback.service import rounds, talks
from retreats.feedback.service.after import window_of
from retreats.languages import day_and_time
from retreats.refusals import NotFound
from retreats.web import seen_other


@bp.get("/reflect/<token>/check-in")
@by_own_link
def check_in_form(token: str) -> Response:
    """How is it so far?"""
    place = _place(token)
    window = _open(place, CHECK_IN)
    form = RoundForm.fresh(rounds.spoken(token, window, CHECK_IN))
    form.values[TALK] = talks.wanted_now(place.id)
    return _check_in_page(place, token, window, form)


@bp.post("/reflect/<token>/check-in")
@proved
@by_own_link
def check_in(token: str) -> Response | AnyResponse:
    """Whom one would like to talk with is told by name, in a commit of its own; the rest is sealed, and shares nothing with it."""
    place = _posted(token)
    window = _open(place, CHECK_IN)
    form = RoundForm.read(request.form, window.form.questions, CHECK_IN)
    if form.errors:
        return _check_in_page(place, token, window, form, status=422)
    with writing():
        service.ask_to_talk(token, form.whom)
    if window.offers_unnamed:
        with writing():
            service.give_round(token, CHECK_IN, form.spoken(CHECK_IN))
    return seen_other(f"/reflect/{token}#now")


@bp.get("/reflect/<token>/later/<int:days>")
@by_own_link
def later_form(token: str, days: int) -> Response:
    """How is it now? What was told only to the care contact does not stand there again."""
    place, asked = _place(token), _follow_up(days)
    window = _open(place, asked)
    return _later_page(place, token, window, RoundForm.fresh(rounds.spoken(token, window, asked)))


@bp.post("/reflect/<token>/later/<int:days>")
@proved
@by_own_link
def later(token: str, days: int) -> Response | AnyResponse:
    """Seal it, in place of what was sealed before."""
    place, asked = _posted(token), _follow_up(days)
    window = _open(place, asked)
    form = RoundForm.read(request.form, window.form.questions, asked, asked_of(place, window.form.questions))
    if form.errors:
        return _later_page(place, token, window, form, status=422)
    with writing():
        service.give_round(token, asked, form.spoken(asked))
    return seen_other(f"/reflect/{token}#now")


@bp.post("/reflect/<token>/rounds/<occasion>/<question>/withdraw")
@proved
@by_own_link
def withdraw_round(token: str, occasion: str, question: str) -> AnyResponse:
    """Take words of a round back, sealed or passed on."""
    _posted(token)
    with writing():
        service.withdraw_round(token, _round(occasion), question)
    return seen_other(f"/reflect/{token}#rounds")


@bp.post("/reflect/<token>/rounds/<occasion>/<question>/held")
@proved
@by_own_link
def held_round(token: str, occasion: str, question: str) -> AnyResponse:
    """Too few answered: what is to become of these words."""
    _posted(token)
    wish = request.form.get("wish", "")
    if wish not in {"release", "keep"}:
        raise NotFound
    with writing():
        service.decide_on_held_round(token, _round(occasion), question, "release" if wish == "release" else "keep")
    return seen_other(f"/reflect/{token}#rounds")


def _round(occasion: str) -> Round:
    if occasion not in ROUNDS:
        raise NotFound
    return ROUNDS[occasion]


def _follow_up(days: int) -> Round:
    if days not in FOLLOW_UPS:
        raise NotFound
    return FOLLOW_UPS[days]


def _open(place: Place, asked: Round) -> FormWindow:
    try:
        return rounds.open_round(place, asked)
    except service.FormClosed:
        raise service.FormClosed(_when(place, asked), next_step=way_back(place)) from None


def _when(place: Place, asked: Round) -> str:
    """When the form is or was open, in a sentence."""
    gathering = place.gathering
    opens = rounds.opens_at(gathering, asked.occasion)
    closes = rounds.closes_at(gathering, asked.occasion)
    if opens is None or closes is None:
        return _("This form is not open: the gathering has no date just now.")
    return _("This form is not open for you now. Its time is from %(opens)s until %(closes)s.",
             opens=day_and_time(opens, gathering.zone), closes=day_and_time(closes, gathering.zone))  # fmt: skip


def _check_in_page(place: Place, token: str, window: FormWindow, form: RoundForm, *, status: int = 200) -> Response:
    return page_of(
        "feedback/check_in.html", place, token, status=status, form=form, window=window,
        questions={question.key: question for question in window.form.questions},
        a1=correspondence.my_hopes(place).get("A1", ""), closes=rounds.closes_at(place.gathering, CHECK_IN.occasion),
        wish=talks.wish_of(place.id),
    )  # fmt: skip


def _later_page(place: Place, token: str, window: FormWindow, form: RoundForm, *, status: int = 200) -> Response:
    asked = ROUNDS[window.occasion]
    after = window_of(place)
    return page_of(
        "feedback/later.html", place, token, status=status, form=form, window=window, asked=asked,
        questions={question.key: question for question in window.form.questions},
        a1=correspondence.my_hopes(place).get("A1", ""), closes=rounds.closes_at(place.gathering, window.occasion),
        practised=asked_of(place, window.form.questions), told_care=rounds.told_care(token, window, asked) is not None,
        awaiting=[each for each in correspondence.my_words(place, token, after) if each.asked] if after else [],
    )  # fmt: skip
