"""Who may come in. Every route wears exactly one of these; a test lists them all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import quote

from flask import Flask, g, request, session
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts import service
from retreats.accounts.models import Person, SignedIn
from retreats.again import came_from_us, send_again
from retreats.db import let_go, writing
from retreats.outbox import acting
from retreats.refusals import NotFound
from retreats.web import seen_other

P = ParamSpec("P")
R = TypeVar("R")
login = LoginManager()
_NOTE_SEEN_AFTER = timedelta(minutes=5)
_STAFF = {"organiser", "facilitator", "house owner"}
"""Behind these guards one acts for the house, and the history says who it was."""


class Visitor(UserMixin):
    """Somebody signed in, as flask-login wants to see them."""

    def __init__(self, signed_in: SignedIn, token: str) -> None:
        self.session_id, self.person, self.seen_at = signed_in.id, signed_in.person, signed_in.seen_at
        self.proved_until, self.proofs = signed_in.proved_until, signed_in.proofs
        self.id = token


def init_app(app: Flask) -> None:
    """Read the session of each request that asks who is there."""
    login.init_app(app)
    login.session_protection = None  # sessions are rows of ours; a changed network must not sign people out
    login.user_loader(_visitor)


def _visitor(token: str) -> Visitor | None:
    found = service.session_of(token)
    return None if found is None else Visitor(found, token)


def sign_in(token: str) -> None:
    """Let this browser hold the session: whatever it held before is dropped, so that nothing can be planted."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    visitor = _visitor(token)
    if visitor is None:
        raise NotFound
    login_user(visitor)


def go_on(token: str) -> None:
    """Let this browser hold the same session under its new token."""
    session["_user_id"] = token
    g.pop("_login_user", None)  # flask-login keeps whom it has read for the request


def sign_out() -> None:
    """End the session on the server and in the browser."""
    if current_user.is_authenticated:
        with writing():
            service.end_session(current_user.session_id)
    logout_user()
    session.clear()


def visitor() -> Person | None:
    """Who is there, or None. Reading it makes the answer private (it varies by cookie)."""
    return current_user.person if current_user.is_authenticated else None


def current_person() -> Person:
    """Who is there, on routes that only let people in who are signed in."""
    person = visitor()
    if person is None:
        raise NotFound
    return person


def open_to_everyone(view: Callable[P, R]) -> Callable[P, R]:
    """Anybody may call this."""
    return _marked(view, "everyone")


def by_own_link(view: Callable[P, R]) -> Callable[P, R]:
    """Whoever holds the link: the view itself checks its key, and answers a wrong one like an unknown page."""
    return _marked(view, "own link")


def by_signature(view: Callable[P, R]) -> Callable[P, R]:
    """A program that signs what it sends: the view checks the signature."""
    return _marked(view, "signature")


def signed_in(view: Callable[P, R]) -> Callable[P, R | AnyResponse]:
    """Only people signed in; others are asked to, and led back."""
    return _guarded(view, "signed in", lambda person: True)  # noqa: ARG005


def organisers_only(view: Callable[P, R]) -> Callable[P, R | AnyResponse]:
    """Only organisers. For others who are signed in it is as if there were nothing here."""
    return _guarded(view, "organiser", lambda person: person.has_role("organiser"))


def owners_only(view: Callable[P, R]) -> Callable[P, R | AnyResponse]:
    """Only owners of the house. For others who are signed in, organisers too, it is as if there were nothing here."""
    return _guarded(view, "house owner", lambda person: person.has_role("owner"))


def facilitators_only(view: Callable[P, R]) -> Callable[P, R | AnyResponse]:
    """Only facilitators. Which gathering is theirs is for the view to check (404 for others')."""
    return _guarded(view, "facilitator", lambda person: person.has_role("facilitator"))


def _marked(view: Callable[P, R], guard: str) -> Callable[P, R]:
    view.guard = guard  # type: ignore[attr-defined]  # read by the test that lists who may call what
    return view


def _guarded(view: Callable[P, R], guard: str, may: Callable[[Person], bool]) -> Callable[P, R | AnyResponse]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | AnyResponse:
        person = visitor()
        if person is None:
            return _asked_to_sign_in()
        if not may(person):
            raise NotFound
        _note_seen()
        with acting(person.id if guard in _STAFF else None):
            return view(*args, **kwargs)

    return _marked(guarded, guard)


def _asked_to_sign_in() -> AnyResponse:
    """Somebody looking is led to the door and back; what somebody wrote waits on the page until they are in again."""
    if request.method == "GET":
        return seen_other(f"/sign-in?next={quote(request.full_path.rstrip('?'), safe='/')}")
    if came_from_us() and request.form:
        return send_again(
            title=_("You were signed out"),
            sentence=_("It was quiet for too long. What you wrote is kept on this page and nowhere else."),
            status=401,
            first=("/sign-in", _("Sign in (opens beside this page)")),
        )
    return seen_other("/sign-in")


def _note_seen() -> None:
    if clock.real_now() - current_user.seen_at > _NOTE_SEEN_AFTER:
        with writing():
            service.seen(current_user.session_id)
        let_go()
