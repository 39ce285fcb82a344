"""For paper: the list of those who come to a gathering, and a name badge for each."""

from __future__ import annotations

from flask import Blueprint, Response

from retreats import clock
from retreats.accounts.guards import one_at_a_time, organisers_only, strongly
from retreats.booking import organising, service
from retreats.booking.models import Place
from retreats.catalogue import service as gatherings
from retreats.web import page

bp = Blueprint("booking_print", __name__)
ON_A_SHEET = 10
LONG, LONGEST = 22, 60
"""From how many letters on a name is written smaller on its badge."""


@bp.get("/organise/gatherings/<slug>/print/participants")
@organisers_only
@strongly
@one_at_a_time
def participants(slug: str) -> Response:
    """Everybody with a confirmed place, by name, with a box to tick at the door; nothing that they answered."""
    gathering = gatherings.opened(slug)
    places = organising.attending(gathering.id)
    return page(
        "booking/organise/participants.html",
        gathering=gathering,
        places=[(place, _owed(place)) for place in places],
        now=clock.now(),
    )


@bp.get("/organise/gatherings/<slug>/print/badges")
@organisers_only
@strongly
@one_at_a_time
def badges(slug: str) -> Response:
    """A badge for each of them, ten on a sheet."""
    gathering = gatherings.opened(slug)
    names = [(place.called, _size(place.called)) for place in organising.attending(gathering.id)]
    sheets = [names[first : first + ON_A_SHEET] for first in range(0, len(names), ON_A_SHEET)]
    return page("booking/organise/badges.html", gathering=gathering, sheets=sheets)


def _owed(place: Place) -> int:
    """What its booking still owes, said once: beside its first place that comes."""
    first = min(service.still_taken(place.registration), key=lambda each: each.position)
    return service.owed(place.registration) if place is first else 0


def _size(name: str) -> str:
    return "longest" if len(name) > LONGEST else "long" if len(name) > LONG else ""
