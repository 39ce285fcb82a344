"""What comes next after a gathering: close it for now; and the care contact's word that she is looking after something."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import current_person, facilitators_only, signed_in, strongly
from retreats.db import writing
from retreats.feedback import addresses
from retreats.feedback.people import led
from retreats.feedback.routes import bp
from retreats.feedback.service import coming_back, mentioning
from retreats.web import seen_other


@bp.post("/facilitate/<slug>/after/close")
@facilitators_only
def close_for_now(slug: str) -> AnyResponse:
    """Close for now, and be asked back on Thursday."""
    gathering = led(slug, current_person().id)
    with writing():
        coming_back.close_for_now(gathering, by=current_person())
    return seen_other(f"{addresses.after_path(gathering)}#next")


@bp.post("/care/<int:case_id>/mention")
@signed_in
@strongly
def mention(case_id: int) -> AnyResponse:
    """Let those who led know that something is looked after, or not any more."""
    with writing():
        mentioning.mention(case_id, yes=request.form.get("mention") == "yes", by_id=current_person().id)
    return seen_other(f"/care/{case_id}#mention")
