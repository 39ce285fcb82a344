"""What every page behind `/reflect/<token>` begins with: whose it is, in which language, and whether a form belongs to it.

No session, no cookie, no limiter and no log line: the link is the only thing that these pages know.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Response, g, request
from flask_babel import gettext as _
from flask_babel import refresh
from flask_wtf.csrf import CSRFError

from retreats import clock
from retreats.booking.models import Place
from retreats.feedback import own_link
from retreats.feedback.people import leaders_of
from retreats.languages import COOKIE, offered, spoken_to
from retreats.refusals import NextStep, NotFound, Refusal
from retreats.web import csrf, page

P = ParamSpec("P")
R = TypeVar("R")


class PlaceGivenBack(Refusal):
    """This place was given back, so its link leads nowhere any more."""

    code = "place_given_back"
    status = 410


def proved(view: Callable[P, R]) -> Callable[P, R]:
    """The form carries a proof derived from its link (`posted` checks it), and no token of a session."""
    csrf.exempt(view)
    return view


def opened(token: str) -> Place:
    """Whose page this is, read in their language unless they chose another. Raises NotFound, PlaceGivenBack."""
    place = own_link.place_of(token)
    if request.args.get("lang") not in offered() and request.cookies.get(COOKIE) not in offered():
        g.language = spoken_to(place.language)
        refresh()
    if place.state == "cancelled":
        raise PlaceGivenBack(_("This place was given back, so there is nothing to fill in or to read here."))
    if place.state != "confirmed":
        raise NotFound
    return place


def posted(token: str) -> Place:
    """The same for a form that was sent. Raises CSRFError when it was not made for this link."""
    place = opened(token)
    if not own_link.proves(token, request.form.get("proof", "")):
        raise CSRFError(_("This form does not belong to this link."))
    return place


def page_of(template: str, place: Place, token: str, *, status: int = 200, **values: object) -> Response:
    """A page by own link, with what each of them shows around its own matter."""
    gathering = place.gathering
    return page(
        template,
        status=status,
        place=place,
        token=token,
        proof=own_link.proof(token),
        gathering=gathering,
        contact=gathering.care_contact.name if gathering.care_contact else "",
        leaders=[person.name for person in leaders_of(gathering)],
        now=clock.now(),
        **values,
    )


def way_back(place: Place) -> NextStep:
    """From a form that is closed to the page that it belongs to."""
    return NextStep(_("To my page"), f"/reflect/{own_link.token_of(place)}")
