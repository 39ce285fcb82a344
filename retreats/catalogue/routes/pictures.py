"""The picture at the head of a gathering's page."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import organisers_only
from retreats.catalogue import service
from retreats.catalogue.models import Gathering
from retreats.db import writing
from retreats.pictures import choosing
from retreats.reading import Reading, as_values
from retreats.uploads import takes_up_to
from retreats.web import page, seen_other

bp = Blueprint("catalogue_pictures", __name__)


@bp.get("/organise/gatherings/<slug>/picture")
@organisers_only
def picture(slug: str) -> Response:
    """What stands there now, and the form to choose another."""
    found = service.opened(slug)
    return _form(found, values=choosing.stored(found.picture), saved="saved" in request.args)


@bp.post("/organise/gatherings/<slug>/picture")
@organisers_only
@takes_up_to(choosing.MOST_OCTETS)
def keep_picture(slug: str) -> AnyResponse:
    """Take a new picture, or cut and describe the one that stands there anew."""
    found, reading = service.opened(slug), Reading(request.form)
    choice = choosing.chosen(reading, request.files.get("picture"), found.picture, shape="wide")
    if choice is None:
        return _form(service.opened(slug), values=as_values(request.form), errors=reading.errors, status=422)
    return _saved(slug, service.Cover(prepared=choice.prepared, alt=choice.alt))


@bp.post("/organise/gatherings/<slug>/picture/remove")
@organisers_only
def remove_picture(slug: str) -> AnyResponse:
    """Its own tiles again; pressed twice they stay."""
    return _saved(slug, service.NoCover())


def _saved(slug: str, change: service.Change) -> AnyResponse:
    found, base = service.opened(slug), request.form.get("base", "")
    try:
        with writing():
            service.edit(found.id, change, still=lambda gathering: choosing.base(gathering.picture) == base)
    except service.EditedMeanwhile:
        found = service.opened(slug)
        return _form(found, values=choosing.stored(found.picture), meanwhile=True, status=409)
    return seen_other(url_for("catalogue_pictures.picture", slug=slug, saved="yes"))


def _form(
    found: Gathering,
    *,
    values: dict[str, str | list[str]],
    errors: dict[str, str] | None = None,
    saved: bool = False,
    meanwhile: bool = False,
    status: int = 200,
) -> Response:
    return page("catalogue/organise/picture.html", gathering=found, values=values, errors=errors or {}, saved=saved,
                meanwhile=meanwhile, base=choosing.base(found.picture), focuses=choosing.FOCUS_WORDS.items(),
                most=choosing.MOST_OCTETS // 2**20, status=status)  # fmt: skip
