"""For the next gathering of a series: what became of each promise of those before."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts.guards import current_person, organisers_only
from retreats.catalogue import service as catalogue
from retreats.catalogue.models import Gathering
from retreats.db import writing
from retreats.feedback import service
from retreats.feedback.routes import bp
from retreats.feedback.service import series
from retreats.feedback.service.decide import ReasonMissing
from retreats.feedback.timeline import noon_of
from retreats.reading import Reading
from retreats.web import page, seen_other

bp.add_app_template_global(series.promises_before)


@bp.get("/organise/gatherings/<slug>/promises")
@organisers_only
def promises_before(slug: str) -> Response:
    """Each open promise: carry over, make, or drop with a reason."""
    return _page(catalogue.opened(slug))


@bp.post("/organise/gatherings/<slug>/promises/<int:decision_id>/carry")
@organisers_only
def carry_over(slug: str, decision_id: int) -> AnyResponse:
    """Take it along."""
    with writing():
        series.carry_over(catalogue.opened(slug), decision_id)
    return seen_other(_path(slug))


@bp.post("/organise/gatherings/<slug>/promises/<int:decision_id>/make")
@organisers_only
def make_promise(slug: str, decision_id: int) -> Response | AnyResponse:
    """It is made: since when, and what is different."""
    gathering, read = catalogue.opened(slug), Reading(request.form)
    decision = series.open_promise(gathering, decision_id)
    what, made = read.both(f"what_{decision_id}", most=600), read.line(f"made_{decision_id}", most=10)
    try:
        made_on = noon_of(made, decision.gathering.zone)
    except (ValueError, OverflowError):
        read.errors[f"made_{decision_id}"] = _("Write the day as in %(example)s.", example=f"{clock.now():%Y-%m-%d}")
    if not what:
        read.errors[f"what_{decision_id}_en"] = _("Say what is different now, in one language at least.")
    if not read.errors:
        try:
            with writing():
                series.open_promise(catalogue.opened(slug), decision_id)
                service.make(decision.gathering_id, decision_id, what=what, made_on=made_on, by=current_person())
        except service.QuotesSomebody:
            read.errors[f"what_{decision_id}_en"] = _quotes()
    return _page(gathering, number=decision_id, errors=read.errors) if read.errors else seen_other(_path(slug))


@bp.post("/organise/gatherings/<slug>/promises/<int:decision_id>/drop")
@organisers_only
def drop_promise(slug: str, decision_id: int) -> Response | AnyResponse:
    """It is not kept, and why."""
    gathering, read = catalogue.opened(slug), Reading(request.form)
    reason = read.both(f"reason_{decision_id}", most=600)
    if not read.errors:
        try:
            with writing():
                series.drop(catalogue.opened(slug), decision_id, reason, by=current_person())
        except ReasonMissing:
            read.errors[f"reason_{decision_id}_en"] = _("Say why: it stands on the page, and whoever asked is told.")
        except service.QuotesSomebody:
            read.errors[f"reason_{decision_id}_en"] = _quotes()
    return _page(gathering, number=decision_id, errors=read.errors) if read.errors else seen_other(_path(slug))


def _quotes() -> str:
    return _("Eight words in a row come from somebody who did not allow to be quoted. Say it in your own words.")


def _path(slug: str) -> str:
    return f"/organise/gatherings/{slug}/promises"


def _page(gathering: Gathering, *, number: int = 0, errors: dict[str, str] | None = None) -> Response:
    return page("feedback/promises_before.html", status=422 if errors else 200, gathering=gathering, now=clock.now(),
                promises=series.promises_before(gathering), wrong_id=number, errors=errors or {},
                typed=request.form if errors else {})  # fmt: skip
