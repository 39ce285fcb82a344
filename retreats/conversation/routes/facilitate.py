"""The conversation for those who led: under their own names, and for nobody else of the house."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import current_person, facilitators_only
from retreats.catalogue.models import Gathering
from retreats.conversation import queries, service, timeline
from retreats.conversation.routes import bp
from retreats.db import let_go, new_id, writing
from retreats.feedback.people import led
from retreats.reading import Reading, is_row
from retreats.refusals import NotFound
from retreats.web import page, seen_other


@bp.get("/facilitate/<slug>/conversation")
@facilitators_only
def led_conversation(slug: str) -> Response:
    """What is said in it."""
    return _room(_led(slug))


@bp.post("/facilitate/<slug>/conversation/say")
@facilitators_only
def say_as_leader(slug: str) -> Response | AnyResponse:
    """Say something."""
    gathering, reading, topic = _led(slug), Reading(request.form), request.form.get("topic", "")
    text, entry = reading.text(f"text_{topic}", most=service.MOST_WORDS), request.form.get("entry", "")
    if not text:
        reading.errors.setdefault(f"text_{topic}", _("Write what you want to say."))
    if reading.errors or not is_row(entry):
        return _room(gathering, values=dict(request.form), errors=reading.errors, status=422)
    with writing():
        service.say(int(entry), service.leader_in(gathering.id, current_person()), topic, text)
    return seen_other(f"{_here(gathering)}#{topic}")


@bp.post("/facilitate/<slug>/conversation/take-back")
@facilitators_only
def take_back_as_leader(slug: str) -> AnyResponse:
    """Take back what I said."""
    gathering, which = _led(slug), request.form.get("which", "")
    if not is_row(which):
        return seen_other(_here(gathering))
    with writing():
        service.take_back(int(which), service.leader_in(gathering.id, current_person()))
    return seen_other(_here(gathering))


@bp.post("/facilitate/<slug>/conversation/digest")
@facilitators_only
def want_digest_as_leader(slug: str) -> AnyResponse:
    """Be told once a week, or not."""
    gathering = _led(slug)
    with writing():
        member = service.leader_in(gathering.id, current_person())
        service.want_digest(member, wanted=request.form.get("wanted") == "yes")
    return seen_other(f"{_here(gathering)}#me")


@bp.get("/facilitate/<slug>/conversation/report/<int:which>")
@facilitators_only
def report_form_as_leader(slug: str, which: int) -> Response:
    """Put a message before the care contact: what goes there, before it does."""
    gathering = _led(slug)
    found = queries.one(which, gathering.id)
    if found is None:
        raise NotFound
    return _page("conversation/report.html", gathering, message=found, done=False)


@bp.post("/facilitate/<slug>/conversation/report/<int:which>")
@facilitators_only
def report_as_leader(slug: str, which: int) -> Response:
    """Do it."""
    gathering, reading = _led(slug), Reading(request.form)
    text = reading.text("text", most=service.MOST_WORDS)
    with writing():
        service.report(which, service.leader_in(gathering.id, current_person()), text[: service.MOST_WORDS])
    return _page("conversation/report.html", gathering, message=None, done=True)


def _led(slug: str) -> Gathering:
    gathering = led(slug, current_person().id)
    if not timeline.is_there(gathering):
        raise NotFound
    return gathering


def _here(gathering: Gathering) -> str:
    return f"/facilitate/{gathering.slug}/conversation"


def _room(
    gathering: Gathering, *, values: dict[str, str] | None = None, errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    let_go()
    member = queries.of_leader(gathering.id, current_person().id)
    return _page("conversation/room.html", gathering, status=status,  room=queries.room(gathering, member),
                member=member, values=values or {}, errors=errors or {}, entry=new_id)  # fmt: skip


def _page(template: str, gathering: Gathering, *, status: int = 200, **values: object) -> Response:
    return page(
        template,
        status=status,
        token="",
        here=_here(gathering),
        gathering=gathering,
        contact=gathering.care_contact.name if gathering.care_contact else "",
        is_open=timeline.is_open(gathering),
        freezes_at=timeline.freezes_at(gathering),
        goes_at=timeline.goes_at(gathering),
        **values,
    )
