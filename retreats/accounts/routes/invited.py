"""An invitation to a role, as whoever was invited sees it. Opening the link only shows a page with a button."""

from __future__ import annotations

from flask import Response, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts import guards, service
from retreats.accounts.guards import open_to_everyone
from retreats.accounts.routes import bp
from retreats.accounts.routes.inside import inside
from retreats.db import writing
from retreats.web import limiter, page, seen_other


@bp.get("/invitation/link/<token>")
@open_to_everyone
def invitation_link(token: str) -> AnyResponse:
    """The link of the letter: leads on to an address without the token in it, so that no history keeps it."""
    session["invitation"] = token[:80]
    return seen_other(url_for("accounts.invitation"))


@bp.get("/invitation")
@open_to_everyone
def invitation() -> AnyResponse:
    """Who asks, for what, and one button."""
    if "invitation" not in session:
        return seen_other("/me/")
    try:
        found = service.invitation_of(session["invitation"])
    except (service.InvitationOver, service.LinkUnreadable) as refusal:
        return _over(refusal)
    return page("accounts/invitation.html", invitation=found, visitor=guards.visitor())


@bp.post("/invitation")
@limiter.limit("30 per minute; 120 per hour")
@open_to_everyone
def accept_invitation() -> AnyResponse:
    """Take the role and come in."""
    if "invitation" not in session:
        return seen_other("/me/")
    try:
        with writing():
            token = service.accept(session["invitation"])
    except (service.InvitationOver, service.LinkUnreadable) as refusal:
        return _over(refusal)
    return inside(token, None)


def _over(refusal: service.InvitationOver | service.LinkUnreadable) -> Response:
    broken = isinstance(refusal, service.LinkUnreadable)
    return page("accounts/invitation_over.html", broken=broken, status=refusal.status)
