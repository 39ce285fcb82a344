"""The list of registrations, over all gatherings and of one, and the lists that an organiser keeps under a name."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts import guards
from retreats.accounts.guards import looking_up, organisers_only
from retreats.booking import listing, organising, service
from retreats.booking.columns import COLUMNS, state_of
from retreats.booking.routes.organise import bp as of_one
from retreats.booking.wanted import Wanted
from retreats.catalogue import queries as catalogue
from retreats.catalogue import service as gatherings
from retreats.catalogue.models import Gathering
from retreats.db import writing
from retreats.reading import Reading
from retreats.web import page, seen_other

bp = Blueprint("booking_list", __name__)
LONGEST_NAME = 60


@bp.get("/organise/registrations")
@looking_up
@organisers_only
def registrations() -> Response:
    """Every registration of the house, or those that fit."""
    return _everywhere(Wanted.read(request.args))


@of_one.get("/organise/gatherings/<slug>/registrations", endpoint="registrations")
@looking_up
@organisers_only
def of_gathering(slug: str) -> Response:
    """The same list for one gathering, with its money and its waiting list."""
    gathering = gatherings.opened(slug)
    return page(
        "booking/organise/registrations.html",
        gathering=gathering,
        sums=organising.sums_of(gathering.id),
        waiting=organising.waiting_for(gathering.id),
        **_list(Wanted.read(request.args, gathering=slug), gathering),
    )


@bp.post("/organise/registrations/lists")
@organisers_only
def keep() -> Response | AnyResponse:
    """Keep a filter with its columns under a name."""
    wanted, reading = Wanted.read(request.form), Reading(request.form)
    name = reading.line("name", most=LONGEST_NAME)
    error = reading.errors.get("name") or ("" if name else _("Give the list a name."))
    if error:
        return _everywhere(wanted, status=422, name=name, error=error)
    try:
        with writing():
            service.keep_list(guards.current_person().id, name, wanted.to_keep())
    except service.TooManyLists:
        sentence = _("You keep as many lists as there is room for. Forget one first.")
        return _everywhere(wanted, status=409, name=name, error=sentence)
    except IntegrityError:  # the same name kept twice at one moment: one of them stands
        pass
    return seen_other(address_of(Wanted.kept(wanted.to_keep()), done="kept"))


@bp.post("/organise/registrations/lists/<int:list_id>/forget")
@organisers_only
def forget(list_id: int) -> AnyResponse:
    """Forget one of one's lists; the registrations in it stay as they are."""
    with writing():
        service.forget_list(guards.current_person().id, list_id)
    return seen_other(url_for("booking_list.registrations", done="forgotten"))


def address_of(wanted: Wanted, **more: str) -> str:
    """Where the list with this filter stands, over all gatherings."""
    return with_query(url_for("booking_list.registrations"), [*wanted.pairs(), *more.items()])


def with_query(path: str, pairs: list[tuple[str, str]]) -> str:
    """An address with these fields."""
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _everywhere(wanted: Wanted, *, status: int = 200, name: str = "", error: str = "") -> Response:
    every = catalogue.all_gatherings()
    return page(
        "booking/organise/registrations.html",
        status=status,
        gathering=None,
        gatherings=every,
        name=name,
        error=error,
        **_list(wanted, next((each for each in every if each.slug == wanted.gathering), None)),
    )


def _list(wanted: Wanted, chosen: Gathering | None) -> dict[str, Any]:  # Any: what the template takes
    now, within = clock.now(), bool(request.view_args)
    found = listing.page_of(wanted, now=now, after=request.args.get("after", ""), before=request.args.get("before", ""))
    here = (
        url_for("booking_organise.registrations", slug=wanted.gathering)
        if within
        else url_for("booking_list.registrations")
    )
    pairs = wanted.pairs(without="gathering" if within else "")
    return {
        "wanted": wanted,
        "columns": COLUMNS,
        "rows": [(each, state_of(each)) for each in found.rows],
        "count": len(found.rows) if found.is_everything and found.rows else listing.count(wanted, now=now),
        "newer": with_query(here, [*pairs, ("before", found.newer)]) if found.newer else None,
        "older": with_query(here, [*pairs, ("after", found.older)]) if found.older else None,
        "everything": here,
        "tickets": chosen.ticket_types if chosen else [],
        "lists": [(each, address_of(Wanted.kept(each.query))) for each in listing.saved_by(guards.current_person().id)],
    }
