"""One's own: what one is called, the language of one's letters, and where one is signed in."""

from __future__ import annotations

from flask import Response, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts import guards, queries, service
from retreats.accounts.forms import NameForm
from retreats.accounts.guards import signed_in, strongly_if_set_up
from retreats.accounts.routes import bp
from retreats.db import writing
from retreats.languages import offered
from retreats.refusals import NotFound
from retreats.web import limiter, page, seen_other


@bp.get("/me/details")
@signed_in
@strongly_if_set_up
def details() -> Response:
    """What the house calls me, and the name in my papers."""
    person = guards.current_person()
    return page("accounts/details.html", person=person, form=NameForm(person.name, person.legal_name or ""))


@bp.post("/me/details")
@limiter.limit("30 per hour")
@signed_in
@strongly_if_set_up
def save_details() -> AnyResponse:
    """Be called this from now on."""
    person, form = guards.current_person(), NameForm.read(request.form)
    if form.errors:
        return page("accounts/details.html", person=person, form=form, status=422)
    with writing():
        service.call(person.id, name=form.name, legal_name=form.legal_name or None)
    return seen_other(url_for("accounts.details", saved="name"))


@bp.get("/me/sessions")
@signed_in
def sessions() -> Response:
    """Where one is signed in."""
    running = queries.running_sessions(guards.current_person())
    return page("accounts/sessions.html", sessions=running, here=current_user.session_id)


@bp.post("/me/sessions/<int:session_id>/end")
@signed_in
def end(session_id: int) -> AnyResponse:
    """End one of one's own sessions."""
    person = guards.current_person()
    if session_id not in {each.id for each in queries.running_sessions(person)}:
        raise NotFound
    with writing():
        service.end_sessions(person.id, only=session_id)
    return seen_other(url_for("accounts.sessions"))


@bp.post("/me/sessions/end-others")
@signed_in
def end_others() -> AnyResponse:
    """End all of one's sessions but this one."""
    with writing():
        service.end_sessions(guards.current_person().id, but=current_user.session_id)
    return seen_other(url_for("accounts.sessions"))


@bp.post("/me/language")
@signed_in
def speak() -> AnyResponse:
    """In which language the house writes to this person."""
    wanted = request.form.get("language", "")
    if wanted in offered():
        with writing():
            service.prefer(guards.current_person().id, language=wanted)
    return seen_other("/me/")


@bp.post("/me/reflections")
@limiter.limit("6 per hour")
@signed_in
def send_reflections() -> AnyResponse:
    """Have the own links to one's reflections sent once more. They are in no page: only a letter carries them."""
    with writing():
        service.ask_for_reflections(guards.current_person().id)
    return seen_other("/me/?asked=reflections")


@bp.post("/me/calendar/renew")
@signed_in
def renew_feed() -> AnyResponse:
    """Give the calendar a new address; the old one shows nothing from now on."""
    with writing():
        service.renew_feed(guards.current_person().id)
    return seen_other("/me/?asked=feed#calendar")
