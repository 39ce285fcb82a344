"""The conversation by own link. For who has not joined there is nothing but the way in; for everybody else it is not there."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import by_own_link
from retreats.booking.models import Place
from retreats.conversation import queries, service, timeline
from retreats.conversation.models import Member
from retreats.conversation.routes import bp
from retreats.db import new_id, writing
from retreats.feedback.own_page import opened, page_of, posted, proved
from retreats.reading import Reading, is_row
from retreats.refusals import NotFound
from retreats.web import seen_other


@bp.get("/reflect/<token>/conversation")
@by_own_link
def conversation(token: str) -> Response:
    """What is said in it, or the way in."""
    place = opened(token)
    if not service.takes_part(place):
        raise NotFound
    member = queries.of_place(place.id)
    return _room(place, token, member) if member else _door(place, token, values={})


@bp.post("/reflect/<token>/conversation/join")
@proved
@by_own_link
def join(token: str) -> Response | AnyResponse:
    """Take part, under the name one chooses."""
    place, reading = posted(token), Reading(request.form)
    name = reading.line("name", most=service.MOST_NAME)
    if not name:
        reading.errors["name"] = _("Write the name under which the others see you. It need not be your whole name.")
    if reading.errors:
        return _door(place, token, values=dict(request.form), errors=reading.errors, status=422)
    with writing():
        service.join(place.id, name, wants_digest=reading.ticked("digest"))
    return seen_other(f"/reflect/{token}/conversation")


@bp.post("/reflect/<token>/conversation/say")
@proved
@by_own_link
def say(token: str) -> Response | AnyResponse:
    """Say something."""
    place, reading, topic = posted(token), Reading(request.form), request.form.get("topic", "")
    text, entry = reading.text(f"text_{topic}", most=service.MOST_WORDS), request.form.get("entry", "")
    if not text:
        reading.errors.setdefault(f"text_{topic}", _("Write what you want to say."))
    if reading.errors or not is_row(entry):
        member = queries.of_place(place.id)
        if member is None or not service.takes_part(place):
            raise NotFound
        return _room(place, token, member, values=dict(request.form), errors=reading.errors, status=422)
    with writing():
        service.say(int(entry), service.member_of(place.id), topic, text)
    return seen_other(f"/reflect/{token}/conversation#{topic}")


@bp.post("/reflect/<token>/conversation/take-back")
@proved
@by_own_link
def take_back(token: str) -> AnyResponse:
    """Take back what I said."""
    place = posted(token)
    with writing():
        service.take_back(_number(request.form.get("which", "")), service.member_of(place.id))
    return seen_other(f"/reflect/{token}/conversation")


@bp.post("/reflect/<token>/conversation/digest")
@proved
@by_own_link
def want_digest(token: str) -> AnyResponse:
    """Be told once a week, or not."""
    place = posted(token)
    with writing():
        service.want_digest(service.member_of(place.id), wanted=request.form.get("wanted") == "yes")
    return seen_other(f"/reflect/{token}/conversation#me")


@bp.post("/reflect/<token>/conversation/leave")
@proved
@by_own_link
def leave(token: str) -> AnyResponse:
    """Leave it, with one's words or without."""
    place, words = posted(token), request.form.get("words", "")
    if words not in {"stay", "go"}:
        return seen_other(f"/reflect/{token}/conversation#leave")
    with writing():
        service.leave(place.id, take_words=words == "go")
    return seen_other(f"/reflect/{token}/conversation")


@bp.get("/reflect/<token>/conversation/report/<int:which>")
@by_own_link
def report_form(token: str, which: int) -> Response:
    """Put a message before the care contact: what goes there, before it does."""
    place = opened(token)
    if not service.takes_part(place) or queries.of_place(place.id) is None:
        raise NotFound
    found = queries.one(which, place.gathering_id)
    if found is None:
        raise NotFound
    return _page("conversation/report.html", place, token, message=found, done=False)


@bp.post("/reflect/<token>/conversation/report/<int:which>")
@proved
@by_own_link
def report(token: str, which: int) -> Response:
    """Do it."""
    place, reading = posted(token), Reading(request.form)
    text = reading.text("text", most=service.MOST_WORDS)
    with writing():
        service.report(which, service.member_of(place.id), text[: service.MOST_WORDS])
    return _page("conversation/report.html", place, token, message=None, done=True)


def _number(typed: str) -> int:
    if not is_row(typed):
        raise NotFound
    return int(typed)


def _door(
    place: Place, token: str, *, values: dict[str, str], errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    """Where it is not open any more, who has not joined finds nothing; who has left can still take their words along."""
    has_left = queries.has_left(place.id)
    if not service.takes_part(place) or not (timeline.is_open(place.gathering) or has_left):
        raise NotFound
    return _page("conversation/door.html", place, token, status=status,  values=values, errors=errors or {},
                has_left=has_left)  # fmt: skip


def _room(
    place: Place, token: str, member: Member, *, values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    return _page("conversation/room.html", place, token, status=status,  room=queries.room(place.gathering, member),
                member=member, values=values or {}, errors=errors or {}, entry=new_id)  # fmt: skip


def _page(template: str, place: Place, token: str, *, status: int = 200, **values: object) -> Response:
    gathering = place.gathering
    return page_of(
        template,
        place,
        token,
        status=status,
        here=f"/reflect/{token}/conversation",
        is_open=timeline.is_open(gathering),
        freezes_at=timeline.freezes_at(gathering),
        goes_at=timeline.goes_at(gathering),
        **values,
    )
