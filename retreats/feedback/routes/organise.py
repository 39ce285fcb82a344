"""The loop as organisers see it: a row for each gathering, what is promised, and whose side is missing."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts.guards import organisers_only
from retreats.catalogue import service as catalogue
from retreats.db import db, writing
from retreats.feedback import service
from retreats.feedback.models import Decision
from retreats.feedback.queries import counting, organising
from retreats.feedback.queries.asking import answered_in_time, waiting
from retreats.feedback.queries.complaints import care_figures
from retreats.feedback.queries.sides import sides
from retreats.feedback.routes import bp
from retreats.feedback.timeline import noon_of
from retreats.refusals import NotFound
from retreats.web import page, seen_other

LOOP = "/organise/loop"


@bp.get(LOOP)
@organisers_only
def loop() -> Response:
    """Left to right through every gathering's loop, what is late first."""
    return _loop_page()


@bp.post(f"{LOOP}/<slug>/nudge")
@organisers_only
def nudge(slug: str) -> AnyResponse:
    """Ask those who led it to look at what is late."""
    try:
        with writing():
            service.nudge(catalogue.opened(slug))
    except service.NothingLate:
        return seen_other(f"{LOOP}?said=nothing")
    return seen_other(f"{LOOP}?said=asked")


@bp.post(f"{LOOP}/promises/<int:decision_id>/later")
@organisers_only
def put_off(decision_id: int) -> Response | AnyResponse:
    """Give a promised change more time."""
    decision = db.session.get(Decision, decision_id)
    if decision is None:
        raise NotFound
    sent = request.form.get("until", "").strip()
    try:
        until = noon_of(sent, decision.gathering.zone)
        with writing():
            service.put_off(decision_id, until=until)
    except (ValueError, OverflowError, service.NotPutOff):
        sentence = _("Choose a day that is still to come, and later than the one that was promised.")
        return _loop_page(wrong={decision_id: (sent, sentence)}, status=422)
    return seen_other(LOOP)


def _loop_page(*, wrong: dict[int, tuple[str, str]] | None = None, status: int = 200) -> Response:
    figures, begin = counting.figures(), request.args.get("from", "")
    return page(
        "feedback/loop.html",
        status=status,
        board=organising.dashboard(int(begin) if begin.isdecimal() and len(begin) < 6 else 0),
        figures=figures,
        both_sides=sides(counting.last_year()),
        shown=counting.shown,
        least=counting.LEAST,
        asked=waiting(),
        in_time=answered_in_time(),
        line=counting.listening_line(figures),
        care_counts=care_figures(),
        now=clock.now(),
        wrong=wrong or {},
        said=request.args.get("said", ""),
    )
