"""More that a care contact does with a case, and what reaches those who lead of it: her own words."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import current_person, facilitators_only, signed_in, strongly
from retreats.db import writing
from retreats.feedback.queries import caring
from retreats.feedback.routes import bp
from retreats.feedback.routes.care import case_page
from retreats.feedback.service import care_more
from retreats.reading import Reading
from retreats.refusals import NotFound
from retreats.web import page, seen_other

MOST = 4000


@bp.post("/care/<int:case_id>/about")
@signed_in
@strongly
def care_about(case_id: int) -> AnyResponse:
    """Say whom it is about."""
    with writing():
        care_more.say_about(case_id, Reading(request.form).number_of("about"), by=current_person())
    return seen_other(f"/care/{case_id}#about")


@bp.post("/care/<int:case_id>/release")
@signed_in
@strongly
def care_release(case_id: int) -> Response | AnyResponse:
    """Let one of those who lead know something."""
    case, read = caring.case_for(case_id, current_person().id), Reading(request.form)
    words, to = read.text("words", most=MOST), read.number_of("to")
    if not words:
        read.errors["words"] = _("Write what they may know, in your own words.")
    if read.errors:
        return case_page(case, typed={"words": words, "to": str(to or "")}, errors=read.errors, status=422)
    if to is None:
        raise NotFound
    with writing():
        care_more.release_words(case_id, to, words, by=current_person())
    return seen_other(f"/care/{case_id}#release")


@bp.post("/care/<int:case_id>/withhold")
@signed_in
@strongly
def care_withhold(case_id: int) -> Response | AnyResponse:
    """Keep an unnamed text from those who lead, and say why."""
    read = Reading(request.form)
    why = read.text("why", most=MOST)
    if not why:
        read.errors["why"] = _("Write why: it stands in the log of this case.")
    if not read.errors:
        try:
            with writing():
                care_more.withhold(case_id, why, by=current_person())
        except care_more.PassedOn:
            read.errors["why"] = _("Those who lead can read these words already. Talk with them instead.")
    if read.errors:
        return case_page(
            caring.case_for(case_id, current_person().id), typed={"why": why}, errors=read.errors, status=422
        )
    return seen_other(f"/care/{case_id}#withhold")


@bp.get("/facilitate/from-care")
@facilitators_only
@strongly
def from_care() -> Response:
    """What care contacts let me know."""
    return page("feedback/from_care.html", releases=care_more.released_to(current_person().id))
