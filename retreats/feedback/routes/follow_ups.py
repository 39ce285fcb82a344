"""After how many days people are asked how it is now: an organiser chooses it for a gathering, until the first could open."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import organisers_only
from retreats.catalogue import service as catalogue
from retreats.db import writing
from retreats.feedback.routes import bp
from retreats.feedback.routes.form_choices import form_page
from retreats.feedback.service import follow_ups as service
from retreats.web import seen_other


@bp.post("/organise/loop/<slug>/form/follow-ups")
@organisers_only
def choose_follow_ups(slug: str) -> AnyResponse:
    """Ask after these days."""
    gathering = catalogue.opened(slug)
    sent = [int(each) for each in request.form.getlist("days") if each.isascii() and each.isdecimal() and len(each) < 4]
    try:
        with writing():
            service.choose_follow_ups(gathering.id, sent)
    except service.FollowUpsTooClose:
        sentence = _(
            "Choose one of these days or more, with two weeks between them: each form closes before the next one opens."
        )
        return form_page(gathering, days_sent=tuple(sent), days_error=sentence, status=422)
    except service.FollowUpsSettled:
        sentence = _("Two weeks after the end it is settled when people are asked how it is now.")
        raise service.FollowUpsSettled(sentence) from None
    return seen_other(f"/organise/loop/{gathering.slug}/form")
