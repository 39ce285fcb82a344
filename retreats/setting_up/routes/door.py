"""The setup link: looking changes nothing, one press makes the owner, and afterwards it explains itself."""

from __future__ import annotations

import secrets

from flask import Response, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts import guards, owning
from retreats.accounts import service as accounts
from retreats.accounts.guards import by_own_link
from retreats.db import writing
from retreats.house.service import AlreadyClaimed
from retreats.languages import language, offered
from retreats.reading import Reading, Values, as_values
from retreats.refusals import NotFound
from retreats.setting_up import door, service
from retreats.setting_up.forms.identity import address
from retreats.setting_up.routes import bp
from retreats.web import limiter, page, seen_other


@bp.get("/set-up/<token>")
@by_own_link
def welcome(token: str) -> Response:
    """Who is going to own the house. Once somebody does, the page says how to come in instead."""
    _know(token)
    if owning.has_owner():
        return _explained()
    session.setdefault("claiming", secrets.token_urlsafe(24))
    return _form(token, {"language": language()})


@bp.post("/set-up/<token>")
@limiter.limit("30 per minute")
@by_own_link
def claim(token: str) -> AnyResponse:
    """Make the owner, and let them in."""
    _know(token)
    reading = Reading(request.form)
    house_name, name = reading.line("house_name", most=80), reading.line("name", most=80)
    email = address(reading, "email", reading.line("email", most=254))
    if not house_name:
        reading.errors["house_name"] = _("Say what the house is called; it can still change.")
    if not name:
        reading.errors["name"] = _("Say what you are called: people will read it.")
    if reading.errors:
        return _form(token, as_values(request.form), errors=reading.errors)
    try:
        with writing():
            owner = service.claim(browser=session.get("claiming") or secrets.token_urlsafe(24), house_name=house_name,
                                  name=name, email=email, language=reading.one_of("language", offered(), fallback="en"))  # fmt: skip
            way_in = accounts.begin_session(owner)
    except AlreadyClaimed:
        return _explained()
    claiming = session.get("claiming")
    guards.sign_in(way_in)
    session["claiming"] = claiming
    return seen_other(url_for("setting_up.checklist"))


def _know(token: str) -> None:
    if not door.opens(token):
        raise NotFound


def _form(token: str, values: Values, errors: dict[str, str] | None = None) -> Response:
    return page(
        "setting_up/welcome.html", token=token, values=values, errors=errors or {}, status=422 if errors else 200
    )


def _explained() -> Response:
    return page("setting_up/has_owner.html", status=AlreadyClaimed.status)
