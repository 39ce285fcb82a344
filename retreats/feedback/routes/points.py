"""One point: hear it, reply to one person, decide, and say when the change is made."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts.guards import current_person, facilitators_only
from retreats.catalogue.models import Gathering
from retreats.db import db, let_go, writing
from retreats.feedback import addresses, service, timeline
from retreats.feedback.forms import DecisionForm
from retreats.feedback.models import Decision, Point
from retreats.feedback.own_questions import all_questions
from retreats.feedback.people import led
from retreats.feedback.queries.protecting import notes_for
from retreats.feedback.queries.readable import is_readable
from retreats.feedback.queries.results import cards_of
from retreats.feedback.queries.themes import themes_of
from retreats.feedback.routes import bp
from retreats.feedback.service import addressing
from retreats.feedback.service.decide import ReasonMissing
from retreats.feedback.service.steps import point_in
from retreats.feedback.service.taking_back import waiting_replies
from retreats.refusals import NotFound
from retreats.web import page, seen_other


@bp.get("/facilitate/<slug>/points/<int:point_id>")
@facilitators_only
def point(slug: str, point_id: int) -> Response:
    """The words, what is owed, and where to answer."""
    gathering = led(slug, current_person().id)
    return _point_page(gathering, readable_point(gathering, point_id))


@bp.post("/facilitate/<slug>/points/<int:point_id>/heard")
@facilitators_only
def heard(slug: str, point_id: int) -> AnyResponse:
    """Say that it was heard."""
    gathering = led(slug, current_person().id)
    _mine_to_answer(gathering, point_id)
    with writing():
        service.acknowledge(gathering.id, point_id, by=current_person())
    return seen_other(f"{addresses.after_path(gathering)}#point-{point_id}")


@bp.post("/facilitate/<slug>/points/<int:point_id>/reply")
@facilitators_only
def reply(slug: str, point_id: int) -> Response | AnyResponse:
    """Answer one person."""
    gathering = led(slug, current_person().id)
    text = request.form.get("reply", "").replace("\r\n", "\n")[:8000]
    _mine_to_answer(gathering, point_id)
    errors = {}
    try:
        with writing():
            service.reply(gathering.id, point_id, text, by=current_person(), surely=request.form.get("surely") == "yes")
    except service.MeantForThisPersonToo:
        errors["reply"] = _(
            "The same words went to somebody else of this gathering. Are they meant for this person too?"
        )
    except service.NothingWritten:
        errors["reply"] = _("Write what you want to tell this person.")
    if errors:
        return _point_page(
            gathering, readable_point(gathering, point_id), errors=errors, values={"reply": text}, status=422
        )
    return seen_other(f"{_path(gathering, point_id)}#thread")


@bp.post("/facilitate/<slug>/points/<int:point_id>/decide")
@facilitators_only
def decide(slug: str, point_id: int) -> Response | AnyResponse:
    """Decide about it."""
    gathering = led(slug, current_person().id)
    readable_point(gathering, point_id)
    form = DecisionForm.read(request.form, ("about", "reason"), "due", gathering.zone)
    if form.values["kind"] not in {"will_change", "already_so", "will_not", "need_to_talk"}:
        form.errors["kind"] = _("Choose what you have decided.")
    if not form.errors:
        try:
            with writing():
                service.decide(gathering.id, point_id, form.decided(), by=current_person())
            return seen_other(f"{_path(gathering, point_id)}#decided")
        except ReasonMissing:
            form.errors["about_en" if not form.both("about") else "reason_en"] = missing(form)
        except service.QuotesSomebody:
            form.errors["about_en"] = quoted()
    return _point_page(
        gathering, readable_point(gathering, point_id), errors=form.errors, values=form.values, status=422
    )


@bp.post("/facilitate/<slug>/decisions/<int:decision_id>/made")
@facilitators_only
def made(slug: str, decision_id: int) -> Response | AnyResponse:
    """Say that the change was made."""
    gathering = led(slug, current_person().id)
    decision = db.session.get(Decision, decision_id)
    if decision is None or decision.gathering_id != gathering.id:
        raise NotFound
    form = DecisionForm.read(request.form, ("what",), "made", gathering.zone)
    if form.moment is None:
        form.errors.setdefault("made", _("Write since when it is so."))
    if not form.errors and form.moment is not None:
        try:
            with writing():
                service.make(
                    gathering.id, decision_id, what=form.both("what"), made_on=form.moment, by=current_person()
                )
            return seen_other(addresses.after_path(gathering))
        except ReasonMissing:
            form.errors["what_en"] = _("Say in a few words what is different now.")
        except service.QuotesSomebody:
            form.errors["what_en"] = quoted()
    if decision.point_id is None:  # promised aloud, or decided about a theme
        return _promise_page(gathering, decision, form, status=422)
    return _point_page(
        gathering, readable_point(gathering, decision.point_id), errors=form.errors, values=form.values, status=422
    )


@bp.get("/facilitate/<slug>/promises/<int:decision_id>")
@facilitators_only
def promise(slug: str, decision_id: int) -> Response:
    """Something that was promised aloud."""
    gathering = led(slug, current_person().id)
    decision = db.session.get(Decision, decision_id)
    if decision is None or decision.gathering_id != gathering.id or decision.point_id or decision.theme_id:
        raise NotFound
    return _promise_page(gathering, decision, DecisionForm())


def readable_point(gathering: Gathering, point_id: int) -> Point:
    """A point that this facilitator has opened. Raises NotFound for any other."""
    let_go()
    found = point_in(gathering.id, point_id)
    if db.session.scalar(select(Point.id).where(Point.id == found.id, is_readable(current_person().id))) is None:
        raise NotFound
    return found


def _mine_to_answer(gathering: Gathering, point_id: int) -> None:
    try:
        addressing.answers(readable_point(gathering, point_id), current_person())
    except addressing.ForSomebodyElse:
        raise addressing.ForSomebodyElse(_("These words are for somebody else who led.")) from None


def _path(gathering: Gathering, point_id: int) -> str:
    return f"/facilitate/{gathering.slug}/points/{point_id}"


def missing(form: DecisionForm) -> str:
    """What a decision lacks."""
    if not form.both("about"):
        return _("Say in your own words what was asked: it stands on the next gathering’s page.")
    return _("Say why not: a no carries its reason.")


def quoted() -> str:
    """That somebody's own words were taken."""
    return _(
        "Eight words in a row are somebody’s own, and they did not allow to be quoted. Please say it in your words."
    )


def again(gathering: Gathering, point_id: int, *, errors: dict[str, str], values: dict[str, str],
          status: int = 422) -> Response:  # fmt: skip
    """The page of a point once more, with what is to correct and what was written."""
    return _point_page(gathering, readable_point(gathering, point_id), errors=errors, values=values, status=status)


def _point_page(
    gathering: Gathering, point: Point, *, errors: dict[str, str] | None = None, values: dict[str, str] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    due = timeline.later(clock.now(), gathering.zone, days=timeline.CHANGE_DAYS)
    return page(
        "feedback/point.html",
        status=status,
        gathering=gathering,
        card=cards_of([point], gathering, current_person().id)[0],
        question=all_questions(point.batch.window)[point.question],
        themes=themes_of(gathering.id, current_person().id),
        first_note=notes_for([point.id], current_person().id).get(point.id),
        waiting_replies=waiting_replies(point.id, current_person().id),
        errors=errors or {},
        values={"due": timeline.day_of(due, gathering.zone), "made": timeline.day_of(clock.now(), gathering.zone)}
        | (values or {}),
    )


def _promise_page(gathering: Gathering, decision: Decision, form: DecisionForm, *, status: int = 200) -> Response:
    values = {"made": f"{clock.now():%Y-%m-%d}"} | form.values
    return page("feedback/promise.html", status=status, gathering=gathering, decision=decision, errors=form.errors,
                values=values)  # fmt: skip
