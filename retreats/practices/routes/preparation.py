"""The list before coming: written by those who lead, ticked by each for themselves."""

from __future__ import annotations

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import by_own_link, current_person, facilitators_only
from retreats.catalogue.models import Gathering
from retreats.db import let_go, writing
from retreats.feedback.own_page import opened, page_of, posted, proved
from retreats.feedback.people import led
from retreats.practices import forms, service
from retreats.practices.queries import mine
from retreats.practices.routes import bp
from retreats.practices.service import preparing
from retreats.reading import Reading, Values, as_values, both, is_row
from retreats.web import page, seen_other

_MORE = 3
"""Empty lines below those that are there."""


@bp.get("/reflect/<token>/preparation")
@by_own_link
def preparation(token: str) -> Response:
    """What to pack and to see to, and what of it I have done."""
    place = opened(token)
    return page_of("practices/preparation.html", place, token, lines=mine.to_do(place))


@bp.post("/reflect/<token>/preparation")
@proved
@by_own_link
def tick(token: str) -> AnyResponse:
    """Keep what is ticked."""
    place = posted(token)
    with writing():
        service.tick(place.id, {int(each) for each in request.form.getlist("done") if is_row(each)})
    return seen_other(f"/reflect/{token}/preparation")


@bp.get("/facilitate/<slug>/preparation")
@facilitators_only
def preparing_list(slug: str) -> Response:
    """The list, to write."""
    gathering = led(slug, current_person().id)
    values: Values = {}
    for index, each in enumerate(preparing.items_of(gathering.id)):
        values |= both(f"line{index}-text", each.text)
        values |= {f"line{index}-id": str(each.id), f"line{index}-days": str(each.days_before or "")}
    return _form(gathering, values, lines=len(preparing.items_of(gathering.id)))


@bp.post("/facilitate/<slug>/preparation")
@facilitators_only
def write_list(slug: str) -> Response | AnyResponse:
    """Keep the list."""
    gathering, reading = led(slug, current_person().id), Reading(request.form)
    wanted = forms.preparation(reading, gathering)
    if reading.errors:
        return _form(gathering, as_values(request.form), lines=preparing.MOST, errors=reading.errors, status=422)
    with writing():
        service.write_list(gathering.id, wanted[: preparing.MOST])
    return seen_other(f"/facilitate/{gathering.slug}/preparation")


def _form(
    gathering: Gathering, values: Values, *, lines: int, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    let_go()
    count = min(preparing.MOST, lines + _MORE)
    return page("practices/prepare.html", status=status, gathering=gathering, count=count, values=values,
                errors=errors or {})  # fmt: skip
