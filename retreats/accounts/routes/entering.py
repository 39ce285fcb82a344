"""Signing in by mail, and signing out.

The link in the letter only shows a page with a button: programs that open links before people do change nothing.
"""

from __future__ import annotations

import secrets

from flask import Response, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts import guards, service
from retreats.accounts.forms import Address, own_path
from retreats.accounts.guards import open_to_everyone
from retreats.accounts.routes import bp
from retreats.accounts.routes.inside import inside
from retreats.db import writing
from retreats.languages import language
from retreats.web import limiter, page, seen_other, stricter_alone

_ASKING = stricter_alone("30 per minute; 200 per hour", "5 per minute; 30 per hour")
_TRYING = stricter_alone("30 per minute; 120 per hour", "5 per minute; 20 per hour")


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
    return inside(token, asked.next_path)


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
    return inside(token, asked.next_path)


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


def _over(refusal: service.SignInOver | service.LinkUnreadable) -> Response:
    broken = isinstance(refusal, service.LinkUnreadable)
    return page("accounts/over.html", broken=broken, status=refusal.status)
