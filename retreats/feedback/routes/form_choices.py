"""The form after one gathering, as an organiser sets it: switched off before it opens, open for longer, or at rest."""

from __future__ import annotations

from datetime import datetime

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import organisers_only
from retreats.catalogue import service as catalogue
from retreats.catalogue.models import Gathering
from retreats.db import db, writing
from retreats.feedback import timeline
from retreats.feedback.models import FormWindow
from retreats.feedback.routes import bp
from retreats.feedback.service import follow_ups, resting
from retreats.feedback.service import form_choices as service
from retreats.feedback.service.own_questions import may_ask
from retreats.web import page, seen_other


@bp.get("/organise/loop/<slug>/form")
@organisers_only
def form_choices(slug: str) -> Response:
    """When it opens and closes, and what can be set."""
    return form_page(catalogue.opened(slug))


@bp.post("/organise/loop/<slug>/form/switch")
@organisers_only
def switch_form(slug: str) -> AnyResponse:
    """Ask people, or do not."""
    gathering = catalogue.opened(slug)
    try:
        with writing():
            service.switch_form(gathering.id, asks=request.form.get("asks") == "yes")
    except service.FormHasOpened:
        raise service.FormHasOpened(_("The form has opened: whether people are asked is decided before.")) from None
    return seen_other(f"/organise/loop/{gathering.slug}/form")


@bp.post("/organise/loop/<slug>/form/extend")
@organisers_only
def extend_form(slug: str) -> Response | AnyResponse:
    """Give it more time, once."""
    gathering, sent = catalogue.opened(slug), request.form.get("more_days", "")
    try:
        with writing():
            service.extend(gathering.id, int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 3 else 0)
    except service.NotExtended:
        sentence = _("Choose one of these days. More time is given once, while the form is open.")
        return form_page(gathering, sent=sent, error=sentence, status=422)
    return seen_other(f"/organise/loop/{gathering.slug}/form")


@bp.post("/organise/loop/<slug>/form/rest")
@organisers_only
def rest_form(slug: str) -> AnyResponse:
    """Let it rest."""
    gathering = catalogue.opened(slug)
    try:
        with writing():
            resting.let_rest(gathering.id)
    except resting.NotPausable:
        sentence = _("Only a form that is open can rest, and for two weeks in all at most.")
        raise resting.NotPausable(sentence) from None
    return seen_other(f"/organise/loop/{gathering.slug}/form")


@bp.post("/organise/loop/<slug>/form/go-on")
@organisers_only
def let_form_go_on(slug: str) -> AnyResponse:
    """Let it go on."""
    gathering = catalogue.opened(slug)
    with writing():
        resting.let_go_on(gathering.id)
    return seen_other(f"/organise/loop/{gathering.slug}/form")


def form_page(
    gathering: Gathering, *, sent: str = "", error: str | None = None, days_sent: tuple[int, ...] | None = None,
    days_error: str | None = None, status: int = 200,
) -> Response:  # fmt: skip
    """The page, with what was sent just now and why it is not kept."""
    query = select(FormWindow).where(FormWindow.gathering_id == gathering.id, FormWindow.occasion == "after")
    window = db.session.scalar(query)
    return page(
        "feedback/form_choices.html", status=status, gathering=gathering, window=window, sent=sent, error=error,
        opens=timeline.OPENS.due_at(gathering), closes=service.closes_at(gathering),
        may_rest=window is not None and resting.may_rest(window), goes_on=resting.goes_on_at(window) if window else None,
        days=_days(gathering, window), asks=service.is_asked_after(gathering.id), may_switch=may_ask(gathering),
        distances=timeline.FOLLOW_UP_DAYS, days_error=days_error, may_choose_days=follow_ups.may_choose_follow_ups(gathering),
        asked_days=days_sent if days_sent is not None else follow_ups.asked_after(gathering.id),
    )  # fmt: skip


def _days(gathering: Gathering, window: FormWindow | None) -> list[tuple[int, datetime]]:
    """How many days more can be given, and until when that would be."""
    if window is None:
        return []
    rested = service.longer_of(gathering.id).rested
    until = {
        each: timeline.RELEASE_2.due_at(gathering, more_days=each, rested=rested)
        for each in service.days_to_give(window)
    }
    return [(each, moment) for each, moment in until.items() if moment is not None]
