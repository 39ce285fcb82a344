"""Material: those who lead give it along; those whose place it is open it, by own link or signed in; for others it is not there."""

from __future__ import annotations

import re
import unicodedata
from io import BytesIO
from typing import TypedDict

from flask import Response, request, send_file
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import by_own_link, current_person, facilitators_only, signed_in
from retreats.catalogue.models import Gathering
from retreats.db import let_go, new_id, writing
from retreats.feedback.own_page import opened, page_of
from retreats.feedback.people import led
from retreats.languages import t
from retreats.practices import files, forms, service
from retreats.practices.models import Material
from retreats.practices.queries import material as queries
from retreats.practices.routes import bp
from retreats.reading import Reading, Values, as_values, both, is_row
from retreats.refusals import NotFound
from retreats.uploads import takes_up_to
from retreats.web import page, seen_other

FORM_OCTETS = files.MOST_OCTETS + 2**16
"""A file with the words beside it."""


@bp.get("/reflect/<token>/material")
@by_own_link
def mine(token: str) -> Response:
    """What was given along, by own link."""
    place = opened(token)
    if not queries.takes_part(place):
        raise NotFound
    return page_of("practices/material.html", place, token, **_shelf(place.gathering, f"/reflect/{token}/material"))


@bp.get("/reflect/<token>/material/<int:material_id>")
@by_own_link
def my_file(token: str, material_id: int) -> AnyResponse:
    """One file, by own link."""
    place = opened(token)
    if not queries.takes_part(place):
        raise NotFound
    return _served(queries.file_of(material_id, place.gathering))


@bp.get("/me/material/<slug>")
@signed_in
def signed(slug: str) -> Response:
    """The same for somebody signed in who has a place there."""
    gathering = queries.for_somebody_signed_in(slug, current_person().id)
    return page("practices/material.html", gathering=gathering, **_shelf(gathering, f"/me/material/{slug}"))


@bp.get("/me/material/<slug>/<int:material_id>")
@signed_in
def signed_file(slug: str, material_id: int) -> AnyResponse:
    """One file, signed in."""
    gathering = queries.for_somebody_signed_in(slug, current_person().id)
    return _served(queries.file_of(material_id, gathering))


@bp.get("/facilitate/<slug>/material")
@facilitators_only
def given(slug: str) -> Response:
    """What was given along, for those who lead."""
    gathering = led(slug, current_person().id)
    return page("practices/given.html", gathering=gathering, material=queries.material_of(gathering.id))


@bp.get("/facilitate/<slug>/material/new")
@facilitators_only
def new(slug: str) -> Response:
    """The form for one more: a text, a link or a file."""
    gathering, kind = led(slug, current_person().id), request.args.get("kind", "text")
    return _form(gathering, kind if kind in forms.KINDS else "text", values={})


@bp.post("/facilitate/<slug>/material/new")
@facilitators_only
@takes_up_to(FORM_OCTETS)
def add(slug: str) -> Response | AnyResponse:
    """Keep it."""
    gathering, reading = led(slug, current_person().id), Reading(request.form)
    kind, entry = request.form.get("kind", ""), request.form.get("entry", "")
    if kind not in forms.KINDS or not is_row(entry):
        return _form(gathering, "text", values=as_values(request.form), status=422)
    let_go()  # looking into a picture takes a moment
    found = forms.material(reading, gathering, kind, request.files.get("file", FileStorage()))
    if reading.errors:
        return _form(gathering, kind, values=as_values(request.form), errors=reading.errors, status=422)
    with writing():
        service.add(int(entry), gathering.id, found)
    return seen_other(_here(gathering))


@bp.get("/facilitate/<slug>/material/<int:material_id>")
@facilitators_only
def edit(slug: str, material_id: int) -> Response:
    """Say it otherwise."""
    gathering = led(slug, current_person().id)
    found = service.of_gathering(material_id, gathering.id)
    values: Values = both("title", found.title) | both("text", found.text)
    values |= {"href": found.href, "opens": "after" if found.after_end else "now"}
    return _form(gathering, found.kind, values=values, of=found)


@bp.post("/facilitate/<slug>/material/<int:material_id>")
@facilitators_only
def change(slug: str, material_id: int) -> Response | AnyResponse:
    """Keep what was said otherwise."""
    gathering, reading = led(slug, current_person().id), Reading(request.form)
    of = service.of_gathering(material_id, gathering.id)
    found = forms.material(reading, gathering, of.kind)
    if reading.errors:
        return _form(gathering, of.kind, values=as_values(request.form), errors=reading.errors, of=of, status=422)
    with writing():
        service.change(material_id, gathering.id, found)
    return seen_other(_here(gathering))


@bp.post("/facilitate/<slug>/material/<int:material_id>/remove")
@facilitators_only
def remove(slug: str, material_id: int) -> AnyResponse:
    """Delete it."""
    gathering = led(slug, current_person().id)
    with writing():
        service.remove(material_id, gathering.id)
    return seen_other(_here(gathering))


@bp.get("/facilitate/<slug>/material/<int:material_id>/file")
@facilitators_only
def given_file(slug: str, material_id: int) -> AnyResponse:
    """One file, for those who lead: also before its moment."""
    return _served(queries.file_of(material_id, led(slug, current_person().id), also_early=True))


def _here(gathering: Gathering) -> str:
    return f"/facilitate/{gathering.slug}/material"


class Shelf(TypedDict):
    """What the page of material shows, and where its files lie."""

    here: str
    there: list[Material]
    later: list[Material]


def _shelf(gathering: Gathering, here: str) -> Shelf:
    found = queries.material_of(gathering.id)
    there = [each for each in found if queries.is_open(each, gathering)]
    return Shelf(here=here, there=there, later=[each for each in found if each not in there])


def _served(found: Material) -> AnyResponse:
    """As what it was found to be, to be kept and never shown in place; nobody on the way keeps it."""
    ending = files.ENDINGS[found.media_type]
    answer = send_file(BytesIO(queries.content_of(found.id)), mimetype=found.media_type, as_attachment=True,
                       download_name=f"{_plain(t(found.title))}.{ending}", conditional=False, etag=False)  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _plain(title: str) -> str:
    """A title as the name of a file."""
    bare = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:60] or "material"


def _form(
    gathering: Gathering, kind: str, *, values: Values, errors: dict[str, str] | None = None,
    of: Material | None = None, status: int = 200,
) -> Response:  # fmt: skip
    let_go()
    return page("practices/give.html", status=status, gathering=gathering, kind=kind, of=of, values=values,
                errors=errors or {}, entry=new_id(), most=files.MOST_OCTETS // 2**20,
                accept=",".join(files.ENDINGS))  # fmt: skip
