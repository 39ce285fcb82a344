"""The same gathering once more, on other days."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts.guards import organisers_only
from retreats.catalogue import service
from retreats.catalogue.models import Gathering
from retreats.db import new_id, writing
from retreats.languages import local
from retreats.reading import Reading
from retreats.web import page, seen_other

bp = Blueprint("catalogue_copy", __name__)
LAST_YEAR = 2100


@bp.get("/organise/gatherings/<slug>/copy")
@organisers_only
def form(slug: str) -> Response:
    """What comes along, what does not, and from which day on."""
    return _form(service.opened(slug), key=str(new_id()))


@bp.post("/organise/gatherings/<slug>/copy")
@organisers_only
def copy(slug: str) -> AnyResponse:
    """Make the draft; the same form sent twice makes one."""
    found, reading = service.opened(slug), Reading(request.form)
    key, first_day = reading.number_of("key"), _first_day(reading, found)
    if reading.errors or not key or key >= 2**62:
        return _form(
            found, key=str(key or new_id()), errors=reading.errors, typed=request.form.get("first_day", ""), status=422
        )
    with writing():
        made = service.copy(found.id, first_day=first_day, copy_id=key)
    return seen_other(url_for("catalogue.gathering", slug=made.slug))


def _first_day(reading: Reading, found: Gathering) -> date:
    """The day that was written; today where the gathering has no date that could move."""
    today = local(clock.now(), found.zone).date()
    if found.starts_at is None:
        return today
    try:
        first = date.fromisoformat(reading.line("first_day"))
    except ValueError:
        reading.errors["first_day"] = _("Say on which day it begins.")
        return today
    if not today < first or first.year > LAST_YEAR:
        reading.errors["first_day"] = _("Choose a day that is still to come.")
    return first


def _form(
    found: Gathering, *, key: str, errors: dict[str, str] | None = None, typed: str = "", status: int = 200
) -> Response:
    return page(
        "catalogue/organise/copy.html", gathering=found, key=key, errors=errors or {}, typed=typed, status=status
    )
