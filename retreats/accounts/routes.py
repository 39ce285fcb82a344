"""Signing in by mail, signing out, and ending other sessions.

The link in the letter only shows a page with a button: programs that open links before people do change nothing.
"""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts import guards, queries, service
from retreats.accounts.forms import Address, own_path
from retreats.accounts.guards import open_to_everyone, signed_in
from retreats.accounts.models import Person
from retreats.db import writing
from retreats.languages import language, offered
from retreats.refusals import NotFound
from retreats.web import limiter, page, seen_other

bp = Blueprint("accounts", __name__)
_ASKING, _TRYING = "30 per minute; 200 per hour", "30 per minute; 120 per hour"


@bp.get("/sign-in")
@open_to_everyone
def sign_in() -> AnyResponse:
    """Where one asks for a letter. `anew`: also while signed in, where something asks for a fresh sign-in."""
    next_path = own_path(request.args.get("next"))
    if guards.visitor() is not None and "anew" not in request.args:
        return seen_other(next_path or "/me/")
    return page("accounts/sign_in.html", address=Address(""), next_path=next_path)


@bp.post("/sign-in")
@limiter.limit(_ASKING)
@open_to_everyone
def ask() -> AnyResponse:
    """Ask for it. The answer is the same whoever asks."""
    address, next_path = Address.read(request.form.get("email", "")), own_path(request.form.get("next"))
    if address.error:
        return page("accounts/sign_in.html", address=address, next_path=next_path, status=422)
    _send_letter(address.typed, next_path)
    return seen_other(url_for("accounts.sent"))


def _send_letter(email: str, next_path: str | None) -> None:
    session["browser"] = session.get("browser") or secrets.token_urlsafe(24)
    session["asked_for"] = email
    with writing():
        service.ask_to_sign_in(email, browser=session["browser"], next_path=next_path)


@bp.get("/sign-in/sent")
@open_to_everyone
def sent() -> AnyResponse:
    """What to do now: the link in the letter, or its code in this browser."""
    if "asked_for" not in session:
        return seen_other(url_for("accounts.sign_in"))
    return page("accounts/sent.html", email=session["asked_for"], error=None)


@bp.post("/sign-in/code")
@limiter.limit(_TRYING)
@open_to_everyone
def try_code() -> AnyResponse:
    """The six digits of the letter, in the browser that asked for it."""
    browser = session.get("browser", "")
    if not browser:
        return seen_other(url_for("accounts.sign_in"))
    with writing():
        service.count_try(browser)
    try:
        with writing():
            asked = service.by_code(browser, request.form.get("code", "")[:40])
            token = service.let_in(asked)
    except (service.CodeWrong, service.SignInOver):
        sentence = _("This code does not fit. Use the six digits of the newest letter, or the link in it.")
        return page("accounts/sent.html", email=session["asked_for"], error=sentence, status=422)
    return _inside(token, asked.next_path)


@bp.get("/sign-in/link/<token>")
@open_to_everyone
def link(token: str) -> AnyResponse:
    """The link of the letter: leads on to an address without the token in it, so that no history keeps it."""
    session["way_in"] = token[:80]
    return seen_other(url_for("accounts.confirm"))


@bp.get("/sign-in/confirm")
@open_to_everyone
def confirm() -> AnyResponse:
    """As whom one is about to come in, and one button."""
    if "way_in" not in session:
        return seen_other(url_for("accounts.sign_in"))
    try:
        asked = service.by_link(session["way_in"])
    except (service.SignInOver, service.LinkUnreadable) as refusal:
        return _over(refusal)
    return page("accounts/confirm.html", person=asked.person, visitor=guards.visitor())


@bp.post("/sign-in/confirm")
@limiter.limit(_TRYING)
@open_to_everyone
def enter() -> AnyResponse:
    """Come in by the link."""
    if "way_in" not in session:
        return seen_other(url_for("accounts.sign_in"))
    try:
        with writing():
            asked = service.by_link(session["way_in"])
            token = service.let_in(asked)
    except (service.SignInOver, service.LinkUnreadable) as refusal:
        return _over(refusal)
    return _inside(token, asked.next_path)


@bp.post("/sign-in/again")
@limiter.limit(_ASKING)
@open_to_everyone
def again() -> AnyResponse:
    """A new letter for whom an old link was meant."""
    try:
        old = service.of_link(session.get("way_in", ""))
    except (service.SignInOver, service.LinkUnreadable):
        return seen_other(url_for("accounts.sign_in"))
    _send_letter(old.person.email if old.person else "", old.next_path)
    return seen_other(url_for("accounts.sent"))


@bp.post("/sign-out")
@open_to_everyone
def sign_out() -> AnyResponse:
    """End the session on the server, and ask the browser to keep nothing."""
    chosen = language()
    guards.sign_out()
    answer = seen_other(f"/?lang={chosen}")
    answer.headers["Clear-Site-Data"] = '"cookies", "storage"'
    return answer


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


def _inside(token: str, next_path: str | None) -> AnyResponse:
    guards.sign_in(token)
    return seen_other(own_path(next_path) or _home(guards.current_person()))


def _home(person: Person) -> str:
    if person.has_role("organiser"):
        return "/organise/"
    return "/facilitate/" if person.has_role("facilitator") else "/me/"


def _over(refusal: service.SignInOver | service.LinkUnreadable) -> Response:
    broken = isinstance(refusal, service.LinkUnreadable)
    return page("accounts/over.html", broken=broken, status=refusal.status)
