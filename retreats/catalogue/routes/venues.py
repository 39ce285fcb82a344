"""Venues: where gatherings take place, with their spaces and a picture."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import organisers_only
from retreats.catalogue import service, venue_queries
from retreats.catalogue.forms import venue as form
from retreats.catalogue.forms.differences import Difference, differences
from retreats.catalogue.models import ACCESS, Venue
from retreats.catalogue.routes.portraying import Frame
from retreats.db import writing
from retreats.pictures import choosing
from retreats.reading import Reading, Values, as_values, zones
from retreats.uploads import takes_up_to
from retreats.web import page, seen_other

bp = Blueprint("catalogue_venues", __name__)


@bp.app_context_processor
def _asked() -> dict[str, tuple[str, ...]]:
    """What people ask about access, for the form and for the public page."""
    return {"access_keys": ACCESS}


@bp.get("/organise/venues/")
@organisers_only
def venues() -> Response:
    """Every venue, by name."""
    return page("catalogue/organise/venues.html", venues=venue_queries.venues_with_spaces())


@bp.get("/organise/venues/new")
@organisers_only
def new_venue() -> Response:
    """An empty form."""
    return _form(None, form.stored(None))


@bp.post("/organise/venues/new")
@organisers_only
def add_venue() -> AnyResponse:
    """Add a venue; it can be chosen from now on."""
    reading = Reading(request.form)
    facts = form.read(reading)
    if reading.errors:
        return _form(None, as_values(request.form), errors=reading.errors, status=422)
    with writing():
        added = service.found_venue(facts)
    return seen_other(url_for("catalogue_venues.venue", slug=added.slug, saved="yes"))


@bp.get("/organise/venues/<slug>/")
@organisers_only
def venue(slug: str) -> Response:
    """One venue, as it stands."""
    found = venue_queries.venue(slug)
    return _form(found, form.stored(found), saved="saved" in request.args)


@bp.post("/organise/venues/<slug>/")
@organisers_only
def save_venue(slug: str) -> AnyResponse:
    """Save it; whoever booked there is told of another name, area or address."""
    found, reading = venue_queries.venue(slug), Reading(request.form)
    facts, typed, base = form.read(reading), as_values(request.form), request.form.get("base", "")
    if reading.errors:
        return _form(found, typed, errors=reading.errors, base=base, status=422)
    try:
        with writing():
            service.change_venue(found.id, facts, still=lambda venue: form.base(venue) == base)
    except service.EditedMeanwhile:
        found = venue_queries.venue(slug)
        apart = differences(form.label, form.stored(found), typed, {})
        if apart:
            return _form(found, typed, apart=apart, status=409)
    except service.SpaceInUse:
        sentence = _("A programme takes place in a space that you emptied, so it stays. Change the programme first.")
        return _form(venue_queries.venue(slug), typed, errors={"s-rows": sentence}, base=base, status=422)
    return seen_other(url_for("catalogue_venues.venue", slug=slug, saved="yes"))


def _form(
    found: Venue | None,
    values: Values,
    *,
    errors: dict[str, str] | None = None,
    apart: list[Difference] | None = None,
    base: str | None = None,
    saved: bool = False,
    status: int = 200,
) -> Response:
    there = venue_queries.coming_at(found.id) if found else []
    base = base or (form.base(found) if found else "")
    return page("catalogue/organise/venue.html", venue=found, there=there, values=values, errors=errors or {},
                apart=apart or [], base=base, saved=saved, label=form.label, zones=[(each, each) for each in zones()],
                status=status)  # fmt: skip


@bp.get("/organise/venues/<slug>/picture")
@organisers_only
def venue_picture(slug: str) -> Response:
    """What stands there now, and the form to choose another."""
    return _frame(slug).form()


@bp.post("/organise/venues/<slug>/picture")
@organisers_only
@takes_up_to(choosing.MOST_OCTETS)
def keep_venue_picture(slug: str) -> AnyResponse:
    """Take a new picture, or cut and describe the one that stands there anew."""
    return _frame(slug).keep()


@bp.post("/organise/venues/<slug>/picture/remove")
@organisers_only
def remove_venue_picture(slug: str) -> AnyResponse:
    """No picture any more; pressed twice there is none."""
    return _frame(slug).remove()


def _frame(slug: str) -> Frame[Venue]:
    return Frame(
        of=Venue,
        found=lambda: venue_queries.venue(slug),
        name=venue_queries.venue(slug).name,
        shape="wide",
        here=url_for("catalogue_venues.venue_picture", slug=slug),
        back=url_for("catalogue_venues.venue", slug=slug),
        lede=_("One photograph of the house. It stands on the page of every gathering that takes place here."),
    )
