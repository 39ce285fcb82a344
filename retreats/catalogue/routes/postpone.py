"""Postponing a gathering, and saying that it takes place as first announced after all."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import organisers_only
from retreats.catalogue import service
from retreats.db import writing
from retreats.reading import Reading, Values, as_values
from retreats.web import page, seen_other

bp = Blueprint("catalogue_postpone", __name__)


@bp.get("/organise/gatherings/<slug>/postpone")
@organisers_only
def form(slug: str) -> Response:
    """What postponing means, and the words for it."""
    return _form(slug)


@bp.post("/organise/gatherings/<slug>/postpone")
@organisers_only
def postpone(slug: str) -> AnyResponse:
    """Take the date back; pressed twice it stays postponed."""
    found, reading = service.opened(slug), Reading(request.form)
    because = reading.both("because", lines=True, most=1000)
    if not because:
        reading.errors["because_en"] = _("Say why, in one language at least: it stands on the page and in the letters.")
    if reading.errors:
        return _form(slug, values=as_values(request.form), errors=reading.errors, status=422)
    try:
        with writing():
            service.postpone(found.id, because=because)
    except service.NotToPostpone:
        return _form(slug, values=as_values(request.form), status=409)
    except service.AlreadyCancelled:
        return _form(slug, values=as_values(request.form), status=409)
    return seen_other(url_for("catalogue.gathering", slug=slug))


@bp.post("/organise/gatherings/<slug>/as-announced")
@organisers_only
def resume(slug: str) -> AnyResponse:
    """The old date holds after all; pressed twice it still does."""
    found = service.opened(slug)
    try:
        with writing():
            service.resume(found.id)
    except service.DateHasPassed:
        return seen_other(url_for("catalogue.section", slug=slug, section="when"))
    return seen_other(url_for("catalogue.gathering", slug=slug))


def _form(
    slug: str, *, values: Values | None = None, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    return page("catalogue/organise/postpone.html", gathering=service.opened(slug), values=values or {},
                errors=errors or {}, status=status)  # fmt: skip
