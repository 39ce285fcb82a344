"""Another mail address: asked for on one's own page, confirmed by links in both mailboxes."""

from __future__ import annotations

from flask import Response, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts import guards, service
from retreats.accounts.forms import Address
from retreats.accounts.guards import open_to_everyone, signed_in, strongly_if_set_up
from retreats.accounts.routes import bp
from retreats.db import writing
from retreats.web import limiter, page, seen_other


@bp.get("/me/address")
@signed_in
@strongly_if_set_up
def address() -> Response:
    """By which address the house knows me."""
    return page("accounts/address.html", person=guards.current_person(), address=Address(""))


@bp.post("/me/address")
@limiter.limit("10 per hour")
@signed_in
@strongly_if_set_up
def ask_for_address() -> AnyResponse:
    """Ask for another. The answer is the same whether or not the house knows it."""
    person, typed = guards.current_person(), Address.read(request.form.get("email", ""))
    error = typed.error
    if error is None:
        try:
            with writing():
                service.ask_for_address(person.id, typed.typed, session_id=current_user.session_id)
            return seen_other(url_for("accounts.address", asked="yes"))
        except service.SameAddress:
            error = _("The house knows you by this address already.")
        except service.TooManyChanges:
            error = _("That was the fifth change within a day. Please wait until tomorrow, or write to us.")
    return page("accounts/address.html", person=person, address=Address(typed.typed, error), status=422)


@bp.get("/address/link/<token>")
@open_to_everyone
def address_link(token: str) -> AnyResponse:
    """The link of the letter: leads on to an address without the token in it."""
    session["address_link"] = token[:80]
    return seen_other(url_for("accounts.confirm_address"))


@bp.get("/address")
@open_to_everyone
def confirm_address() -> AnyResponse:
    """From which address to which, and one button. Programs that open links before people do change nothing."""
    try:
        change, side = service.change_of(session.get("address_link", ""))
    except (service.ChangeOver, service.LinkUnreadable) as refusal:
        return _over(refusal)
    return page("accounts/address_confirm.html", change=change, side=side)


@bp.post("/address")
@limiter.limit("30 per minute; 120 per hour")
@open_to_everyone
def say_yes() -> AnyResponse:
    """This mailbox says yes; once both have, the address is changed."""
    try:
        with writing():
            change = service.confirm_address(session.get("address_link", ""))
    except (service.ChangeOver, service.LinkUnreadable) as refusal:
        return _over(refusal)
    return page("accounts/address_confirmed.html", change=change)


@bp.post("/address/stop")
@limiter.limit("30 per minute; 120 per hour")
@open_to_everyone
def say_no() -> AnyResponse:
    """This was not me: nothing changes, and every session ends."""
    try:
        with writing():
            service.stop_change(session.get("address_link", ""))
    except (service.ChangeOver, service.LinkUnreadable) as refusal:
        return _over(refusal)
    return page("accounts/address_stopped.html")


def _over(refusal: service.ChangeOver | service.LinkUnreadable) -> Response:
    broken = isinstance(refusal, service.LinkUnreadable)
    return page("accounts/address_over.html", broken=broken, status=refusal.status)
