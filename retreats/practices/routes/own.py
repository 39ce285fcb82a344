"""My practices, by own link: choosing, planning, being reminded, noting. Looking changes nothing; forms carry the link's proof."""

from __future__ import annotations

from typing import get_args

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import by_own_link
from retreats.booking.models import Place
from retreats.db import new_id, writing
from retreats.feedback.own_page import opened, page_of, posted, proved
from retreats.practices import service
from retreats.practices.queries import course, mine
from retreats.practices.routes import bp
from retreats.practices.service import noting, planning, reminding
from retreats.reading import Reading, Values, as_values, is_row
from retreats.refusals import NotFound
from retreats.web import seen_other


@bp.get("/reflect/<token>/practices")
@by_own_link
def practices(token: str) -> Response:
    """What is offered, and what I made of it."""
    return _page(opened(token), token)


@bp.post("/reflect/<token>/practices/<int:practice_id>/choose")
@proved
@by_own_link
def choose(token: str, practice_id: int) -> Response | AnyResponse:
    """Choose one, and say when and what; where the box was ticked, be reminded."""
    place, reading = posted(token), Reading(request.form)
    when = reading.line(f"when_{practice_id}", most=planning.MOST_WORDS)
    will = reading.line(f"will_{practice_id}", most=planning.MOST_WORDS)
    for name, said in ((f"when_{practice_id}", when), (f"will_{practice_id}", will)):
        if not said:
            reading.errors.setdefault(name, _("Say it in a few words: they are for you alone."))
    if reading.errors:
        return _page(place, token, values=as_values(request.form), errors=reading.errors, status=422)
    with writing():
        service.choose(place.id, practice_id, when=when, will=will)
        if reading.ticked("remind"):
            service.remind(place.id, "ask")
    return seen_other(f"/reflect/{token}/practices#p{practice_id}")


@bp.post("/reflect/<token>/practices/<int:practice_id>/move")
@proved
@by_own_link
def move(token: str, practice_id: int) -> AnyResponse:
    """Let it rest, take it up again, stop, or delete it with its notes."""
    place, to = posted(token), request.form.get("to", "")
    if to not in {*get_args(planning.Move), "deleted"}:
        raise NotFound
    with writing():
        if to == "deleted":
            service.forget_plan(place.id, practice_id)
        else:
            service.move(place.id, practice_id, "going" if to == "going" else "paused" if to == "paused" else "stopped")
    return seen_other(f"/reflect/{token}/practices#p{practice_id}")


@bp.post("/reflect/<token>/practices/reminders")
@proved
@by_own_link
def remind(token: str) -> AnyResponse:
    """Begin reminders, let them rest, go on, or end them."""
    place = posted(token)
    wish = next((each for each in get_args(reminding.Wish) if each == request.form.get("wish")), None)
    if wish is None:
        raise NotFound
    with writing():
        service.remind(place.id, wish)
    return seen_other(f"/reflect/{token}/practices#reminders")


@bp.get("/reflect/<token>/practices/reminders/stop")
@by_own_link
def stop_form(token: str) -> Response:
    """Where the link in each reminder leads: one button. Looking ends nothing."""
    return _stop_page(opened(token), token)


@bp.post("/reflect/<token>/practices/reminders/stop")
@proved
@by_own_link
def stop(token: str) -> Response:
    """No more reminders, also none of those on their way."""
    place = posted(token)
    with writing():
        service.remind(place.id, "stop")
    return _stop_page(place, token)


@bp.post("/reflect/<token>/practices/<int:practice_id>/notes")
@proved
@by_own_link
def note_down(token: str, practice_id: int) -> Response | AnyResponse:
    """Keep a note for myself."""
    place, reading = posted(token), Reading(request.form)
    text = reading.text(f"text_{practice_id}", most=noting.MOST_WORDS)
    word = request.form.get(f"word_{practice_id}", "")
    if not text and word not in noting.WORDS:
        reading.errors.setdefault(f"text_{practice_id}", _("Write what you want to keep, or choose a word."))
    if reading.errors or not is_row(request.form.get("entry", "")):
        return _page(place, token, values=as_values(request.form), errors=reading.errors, status=422)
    with writing():
        service.note_down(int(request.form["entry"]), place.id, practice_id, text, word)
    return seen_other(f"/reflect/{token}/practices#p{practice_id}")


@bp.post("/reflect/<token>/notes/<int:note_id>")
@proved
@by_own_link
def change_note(token: str, note_id: int) -> AnyResponse:
    """Show it to those who lead, take it back, or delete it."""
    place = posted(token)
    verbs = {"show": service.show, "take_back": service.take_back, "delete": service.delete_note}
    verb = verbs.get(request.form.get("do", ""))
    if verb is None:
        raise NotFound
    with writing():
        verb(note_id, place.id)
    return seen_other(f"/reflect/{token}/practices#mine")


def _page(
    place: Place, token: str, *, values: Values | None = None, errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    is_there = service.may_practise(place)
    return page_of(
        "practices/mine.html",
        place,
        token,
        status=status,
        is_there=is_there,
        practices=mine.practices_for(place) if is_there else [],
        reminding=reminding.reminding_of(place.id),
        may_be_reminded=reminding.may_be_reminded(place),
        most=reminding.MOST,
        entry=new_id,
        course_of=course.course_of,
        words_of_course=course.words(),
        values=values or {},
        errors=errors or {},
    )


def _stop_page(place: Place, token: str) -> Response:
    known = reminding.reminding_of(place.id)
    is_on = known is not None and known.state in {"going", "paused"}
    return page_of("practices/stop.html", place, token, is_on=is_on)
