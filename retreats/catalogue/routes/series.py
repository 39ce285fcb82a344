"""The organiser's series: begin one, name it, add gatherings to it, and go on with the next."""

from __future__ import annotations

import json

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import organisers_only
from retreats.catalogue import queries, service
from retreats.catalogue.models import Series
from retreats.db import Localised, writing
from retreats.reading import Reading, Values, as_values, both
from retreats.refusals import NotFound
from retreats.web import page, seen_other

bp = Blueprint("catalogue_series", __name__)


@bp.get("/organise/series/")
@organisers_only
def all_series() -> Response:
    """Every series."""
    return page("catalogue/organise/all_series.html", series=queries.all_series(), sizes=queries.sizes_of_series())


@bp.get("/organise/series/new")
@organisers_only
def new() -> Response:
    """A title is enough."""
    return page("catalogue/organise/new_series.html", values={}, errors={})


@bp.post("/organise/series/new")
@organisers_only
def begin() -> AnyResponse:
    """Begin a series."""
    reading = Reading(request.form)
    title, about = _read(reading)
    if reading.errors:
        return page(
            "catalogue/organise/new_series.html", values=as_values(request.form), errors=reading.errors, status=422
        )
    with writing():
        series = service.begin_series(title, about)
    return seen_other(url_for("catalogue_series.series", slug=series.slug))


@bp.get("/organise/series/<slug>/")
@organisers_only
def series(slug: str) -> Response:
    """One series: its gatherings, the next one, and its name."""
    return _page(queries.series_by_slug(slug))


@bp.post("/organise/series/<slug>/name")
@organisers_only
def name(slug: str) -> AnyResponse:
    """Call it something else; whoever was slower is told, and nothing they wrote is lost."""
    found, reading = queries.series_by_slug(slug), Reading(request.form)
    title, about = _read(reading)
    if reading.errors:
        return _page(found, values=as_values(request.form), errors=reading.errors, status=422)
    try:
        with writing():
            service.name_series(found.id, title, about, seen=_seen())
    except service.EditedMeanwhile:
        sentence = _("Somebody else changed the name meanwhile: see above what stands. Below is what you wrote.")
        return _page(
            queries.series_by_slug(slug), values=as_values(request.form), errors={"title_en": sentence}, status=409
        )
    return seen_other(url_for("catalogue_series.series", slug=slug))


@bp.post("/organise/series/<slug>/add")
@organisers_only
def add(slug: str) -> AnyResponse:
    """Let a gathering belong to it."""
    found, reading = queries.series_by_slug(slug), Reading(request.form)
    gathering_id = reading.number_of("gathering")
    if gathering_id is None:
        return _page(found, errors={"gathering": _("Choose a gathering.")}, status=422)
    if gathering_id not in {each.id for each in queries.all_gatherings()}:
        raise NotFound
    with writing():
        service.add_to_series(found.id, gathering_id)
    return seen_other(url_for("catalogue_series.series", slug=slug))


def _read(reading: Reading) -> tuple[Localised, Localised]:
    title, about = reading.both("title", most=120), reading.both("about", lines=True, most=4000)
    if not title:
        reading.errors["title_en"] = _("Give it a title, in one language at least; it can still change.")
    return title, about


def _seen() -> Localised:
    try:
        found = json.loads(request.form.get("seen", ""))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _page(
    found: Series, *, values: Values | None = None, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    dates = queries.gatherings_of_series(found.id)
    return page(
        "catalogue/organise/series.html",
        status=status,
        series=found,
        gatherings=dates,
        last=next((each for each in dates if each.starts_at), None),
        others=[each for each in queries.all_gatherings() if each.series_id != found.id and each.state != "cancelled"],
        seen=json.dumps(found.title),
        values=values or {**both("title", found.title), **both("about", found.about)},
        errors=errors or {},
    )
