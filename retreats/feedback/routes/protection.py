"""For whoever is criticised: somebody reads first, not today, and a reply that can be taken back."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import current_person, facilitators_only, signed_in
from retreats.catalogue.models import Gathering
from retreats.db import let_go, writing
from retreats.feedback import addresses, service
from retreats.feedback.models import FirstReader
from retreats.feedback.people import leaders_of, led
from retreats.feedback.queries.protecting import asked_by, to_pass
from retreats.feedback.routes import bp
from retreats.feedback.routes.points import again, readable_point
from retreats.feedback.row_ids import row_id
from retreats.feedback.service import protection, taking_back
from retreats.feedback.supervisors import wrong_in
from retreats.refusals import NotFound
from retreats.web import page, seen_other

LONGEST = 2000


@bp.get("/facilitate/<slug>/read-first")
@facilitators_only
def first_reader(slug: str) -> Response:
    """Who reads first what is hard to read."""
    return _form(led(slug, current_person().id))


@bp.post("/facilitate/<slug>/read-first")
@facilitators_only
def name_first_reader(slug: str) -> Response | AnyResponse:
    """Ask somebody, or nobody any more."""
    gathering, person = led(slug, current_person().id), current_person()
    values = {name: request.form.get(name, "").strip()[:200] for name in ("who", "name", "email")}
    if values["who"] == "nobody":
        with writing():
            protection.let_first_reader_go(gathering.id, by=person)
        return seen_other(f"/facilitate/{gathering.slug}/read-first")
    errors = {} if values["who"] else {"who": _("Choose who is to read first.")}
    if values["who"] == "supervisor":
        errors |= wrong_in(values)
    if not errors:
        leader = None if values["who"] == "supervisor" else row_id(values["who"]) or 0
        try:
            with writing():
                protection.name_first_reader(
                    gathering, by=person, leader_id=leader, name=values["name"], email=values["email"]
                )
            return seen_other(f"/facilitate/{gathering.slug}/read-first")
        except protection.NotAFirstReader:
            errors["email" if values["who"] == "supervisor" else "who"] = _(
                "Choose somebody who leads with you, or a supervisor who was not there."
            )
    return _form(led(slug, person.id), errors=errors, values=values, status=422)


@bp.post("/facilitate/<slug>/after/not-today")
@facilitators_only
def not_today(slug: str) -> AnyResponse:
    """Read the rest; what people would change stays closed for two days at most."""
    gathering = led(slug, current_person().id)
    with writing():
        service.leave_closed(gathering.id, by=current_person())
    return seen_other(addresses.after_path(gathering))


@bp.post("/facilitate/<slug>/points/<int:point_id>/replies/<int:message_id>/back")
@facilitators_only
def take_back(slug: str, point_id: int, message_id: int) -> Response:
    """Take a reply back: its words are in the box again."""
    gathering = led(slug, current_person().id)
    readable_point(gathering, point_id)
    with writing():
        text = taking_back.take_back(gathering.id, point_id, message_id, by=current_person())
    let_go()
    return again(gathering, point_id, errors={}, values={"reply": text}, status=200)


@bp.get("/read-first/<slug>/<int:person_id>")
@signed_in
def to_read_first(slug: str, person_id: int) -> Response:
    """What somebody asked me to read before them."""
    return _reading(_asked(slug, person_id))


@bp.post("/read-first/<slug>/<int:person_id>/<int:point_id>")
@signed_in
def pass_on(slug: str, person_id: int, point_id: int) -> AnyResponse:
    """Pass one of it on, with a question or a word of context."""
    asked = _asked(slug, person_id)
    note = request.form.get(f"note-{point_id}", "").replace("\r\n", "\n").replace("\x00", "")[:LONGEST]
    with writing():
        protection.pass_on(asked, point_id, note)
    return seen_other(f"/read-first/{slug}/{person_id}#point-{point_id}")


def _asked(slug: str, person_id: int) -> FirstReader:
    found = asked_by(slug, person_id, current_person().id)
    if found is None:
        raise NotFound
    return found


def _form(
    gathering: Gathering, *, errors: dict[str, str] | None = None, values: dict[str, str] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    person = current_person()
    return page(
        "feedback/first_reader.html",
        status=status,
        gathering=gathering,
        asked=protection.first_reader_of(gathering.id, person.id),
        others=[each for each in leaders_of(gathering) if each.id != person.id],
        errors=errors or {},
        values=values or {},
    )


def _reading(asked: FirstReader) -> Response:
    return page("feedback/read_first.html", asked=asked, gathering=asked.gathering, points=to_pass(asked))
