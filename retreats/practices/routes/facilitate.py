"""Practices of a gathering, for those who lead it: their words, how many chose each from five on, and what is shown to them."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import current_person, facilitators_only
from retreats.catalogue.models import Gathering
from retreats.db import let_go, new_id, writing
from retreats.feedback.people import led
from retreats.practices import forms, service
from retreats.practices.queries import leading
from retreats.practices.routes import bp
from retreats.practices.service import noting, offering
from retreats.reading import Reading, Values, as_values, both, is_row
from retreats.web import page, seen_other


@bp.get("/facilitate/<slug>/practices")
@facilitators_only
def offered(slug: str) -> Response:
    """What is offered, and what people show; with `?change=`, the form for one practice."""
    gathering, wanted = led(slug, current_person().id), request.args.get("change", "")
    found = [each.practice for each in leading.practices_of(gathering.id) if str(each.practice.id) == wanted]
    if not found:
        return _page(gathering)
    now = found[0].current
    values = both("title", now.title) | both("how", now.how) | both("how_long", now.how_long)
    return _page(gathering, editing=found[0].id, values=values)


@bp.post("/facilitate/<slug>/practices")
@facilitators_only
def offer(slug: str) -> Response | AnyResponse:
    """Offer one more."""
    gathering, reading = led(slug, current_person().id), Reading(request.form)
    words = forms.practice(reading, gathering)
    entry = request.form.get("entry", "")
    if reading.errors or not is_row(entry):
        return _page(gathering, editing=0, values=as_values(request.form), errors=reading.errors, status=422)
    with writing():
        service.offer(int(entry), gathering.id, words)
    return seen_other(_here(gathering))


@bp.post("/facilitate/<slug>/practices/<int:practice_id>")
@facilitators_only
def revise(slug: str, practice_id: int) -> Response | AnyResponse:
    """Say it otherwise; whoever has chosen it keeps the words that they chose."""
    gathering, reading = led(slug, current_person().id), Reading(request.form)
    words = forms.practice(reading, gathering)
    if reading.errors:
        return _page(gathering, editing=practice_id, values=as_values(request.form), errors=reading.errors, status=422)
    with writing():
        service.revise(practice_id, gathering.id, words)
    return seen_other(f"{_here(gathering)}#p{practice_id}")


@bp.post("/facilitate/<slug>/practices/<int:practice_id>/withdraw")
@facilitators_only
def withdraw(slug: str, practice_id: int) -> AnyResponse:
    """Offer it no more."""
    gathering = led(slug, current_person().id)
    with writing():
        service.withdraw(practice_id, gathering.id)
    return seen_other(_here(gathering))


@bp.post("/facilitate/<slug>/notes/<int:note_id>")
@facilitators_only
def comment(slug: str, note_id: int) -> Response | AnyResponse:
    """Write to somebody who shows a note."""
    gathering, reading, entry = led(slug, current_person().id), Reading(request.form), request.form.get("entry", "")
    text = reading.text(f"text_{note_id}", most=noting.MOST_WORDS)
    if not text:
        reading.errors.setdefault(f"text_{note_id}", _("Write what you want to tell this person."))
    if reading.errors or not is_row(entry):
        return _page(gathering, values=as_values(request.form), errors=reading.errors, status=422)
    with writing():
        service.comment(int(entry), note_id, gathering.id, text, by=current_person())
    return seen_other(f"{_here(gathering)}#n{note_id}")


def _here(gathering: Gathering) -> str:
    return f"/facilitate/{gathering.slug}/practices"


def _page(
    gathering: Gathering, *, editing: int | None = None, values: Values | None = None,
    errors: dict[str, str] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    let_go()
    found = leading.practices_of(gathering.id)
    return page(
        "practices/facilitate.html",
        status=status,
        gathering=gathering,
        practices=found,
        may_offer=len(found) < offering.MOST,
        enough=leading.ENOUGH,
        shown=leading.shown_in(gathering.id),
        editing=editing,
        entry=new_id,
        values=values or {},
        errors=errors or {},
    )
