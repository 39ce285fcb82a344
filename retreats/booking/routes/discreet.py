"""How the entry in one's own calendar is worded."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import by_own_link
from retreats.booking import queries, service
from retreats.booking.addresses import place_path
from retreats.db import writing
from retreats.web import limiter, seen_other

bp = Blueprint("booking_discreet", __name__)


@bp.post("/places/<reference>/calendar")
@by_own_link
@limiter.limit("20 per hour")
def word(reference: str) -> AnyResponse:
    """Let the entry say what it is, or not: the button says which, so two presses are one."""
    place = queries.place_by_own_link(reference, request.form.get("key", ""))
    with writing():
        service.word_entry(place.id, is_discreet=request.form.get("discreet") == "yes")
    return seen_other(f"{place_path(place)}#discreet")
