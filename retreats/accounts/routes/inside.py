"""Where one is led once one is in."""

from __future__ import annotations

from urllib.parse import quote

from flask import current_app
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts import guards, service
from retreats.accounts.forms import own_path
from retreats.accounts.models import Person
from retreats.web import seen_other


def inside(token: str, next_path: str | None) -> AnyResponse:
    """Hold the session, and lead to where somebody wanted to go. Staff without a second factor pass by the page on which
    it is set up; they may leave it for later.
    """
    guards.sign_in(token)
    person = guards.current_person()
    wanted = own_path(next_path) or _home(person)
    if person.is_staff and not current_app.config["DEMO"] and not service.second_factor_of(person.id).is_set_up:
        return seen_other(f"/me/second-factor?next={quote(wanted, safe='/')}")
    return seen_other(wanted)


def _home(person: Person) -> str:
    if person.has_role("organiser"):
        return "/organise/"
    if person.has_role("facilitator"):
        return "/facilitate/"
    return "/care/" if person.has_role("care") else "/me/"
