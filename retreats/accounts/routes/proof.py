"""The second factor: setting it up, showing it, giving it up."""

from __future__ import annotations

from urllib.parse import quote

import pyotp
import segno
from flask import Response, current_app, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts import guards, service
from retreats.accounts.forms import own_path
from retreats.accounts.guards import signed_in, strongly, strongly_if_set_up
from retreats.accounts.guards.proof import can_have_passkeys, proof_page, prove_by_form, this_house
from retreats.accounts.models import Authenticator
from retreats.accounts.routes import bp
from retreats.db import let_go, writing
from retreats.house.queries import current
from retreats.reading import Reading
from retreats.refusals import NotFound
from retreats.web import limiter, page, seen_other, stricter_alone

_PROVING = stricter_alone("30 per minute; 120 per hour", "5 per minute; 20 per hour")


@bp.get("/me/confirm")
@signed_in
def prove() -> AnyResponse:
    """Show the second factor, and be led back."""
    wanted, known = own_path(request.args.get("next")) or "/me/", service.second_factor_of(guards.current_person().id)
    if not known.is_set_up and not current_app.config["DEMO"]:
        return seen_other(f"/me/second-factor?next={quote(wanted, safe='/')}")
    return proof_page(known, address=_confirming(wanted))


@bp.post("/me/confirm")
@limiter.limit(_PROVING)
@signed_in
def show_proof() -> AnyResponse:
    """Here it is."""
    wanted = own_path(request.args.get("next")) or "/me/"
    error = prove_by_form()
    if error is None:
        return seen_other(wanted)
    known = service.second_factor_of(guards.current_person().id)
    return proof_page(known, error=error, address=_confirming(wanted), status=422)


def _confirming(wanted: str) -> str:
    return f"/me/confirm?next={quote(wanted, safe='/')}"


@bp.get("/me/second-factor")
@signed_in
def second_factor() -> Response:
    """What is set up, and what can be."""
    return _overview()


def _overview(error: str = "", status: int = 200) -> Response:
    person = guards.current_person()
    known = service.second_factor_of(person.id)
    options = ""
    if can_have_passkeys():
        from retreats.accounts.service import passkeys  # noqa: PLC0415  (its library takes a third of a second)

        options = passkeys.creation_options(person, current_user.session_id, current_user.proofs, this_house())
    return page("accounts/second_factor.html", person=person, known=known, options=options, error=error,
                next_path=own_path(request.args.get("next")), status=status)  # fmt: skip


@bp.post("/me/second-factor/app")
@limiter.limit("20 per hour")
@signed_in
@strongly_if_set_up
def begin_app() -> AnyResponse:
    """Begin with an app."""
    with writing():
        service.begin_authenticator(guards.current_person().id)
    return seen_other(url_for("accounts.app", next=own_path(request.args.get("next"))))


@bp.get("/me/second-factor/app")
@signed_in
@strongly_if_set_up
def app() -> AnyResponse:
    """What the app has to scan, and where its first code goes."""
    found = service.unfinished_authenticator(guards.current_person().id)
    return seen_other(url_for("accounts.second_factor")) if found is None else _app_page(found)


def _app_page(found: Authenticator, error: str = "") -> Response:
    secret = found.secret or ""
    address = pyotp.TOTP(secret).provisioning_uri(name=guards.current_person().email, issuer_name=current().name)
    picture = segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#ffffff", dark="#000000")
    spelled = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    return page("accounts/app.html", picture=picture, secret=spelled, error=error,
                next_path=own_path(request.args.get("next")), status=422 if error else 200)  # fmt: skip


@bp.post("/me/second-factor/app/finish")
@limiter.limit(_PROVING)
@signed_in
@strongly_if_set_up
def finish_app() -> AnyResponse:
    """The app's first code: from now on it counts."""
    person, code = guards.current_person(), request.form.get("code", "")[:40]
    try:
        with writing():
            made = service.finish_authenticator(person.id, current_user.session_id, code)
    except service.ProofWrong:
        let_go()
        found = service.unfinished_authenticator(person.id)
        if found is None:
            raise NotFound from None
        return _app_page(
            found, _("That did not fit. Wait for the next code; the clock of the telephone has to be right.")
        )
    return _set_up(made)


@bp.post("/me/second-factor/passkey")
@limiter.limit("20 per hour")
@signed_in
@strongly_if_set_up
def add_passkey() -> AnyResponse:
    """Keep a passkey that the browser has made."""
    from retreats.accounts.service import passkeys  # noqa: PLC0415  (its library takes a third of a second)

    name = Reading(request.form).line("name", most=60)[:60] or _("Passkey")
    try:
        with writing():
            made = passkeys.add_passkey(guards.current_person().id, current_user.session_id,
                                        request.form.get("passkey", ""), name=name, house=this_house())  # fmt: skip
    except service.ProofWrong:
        let_go()
        return _overview(_("The browser made no passkey that we can keep. Please try again."), status=422)
    return _set_up(made)


def _set_up(made: service.SetUp) -> AnyResponse:
    """With the first comes the sheet of recovery codes, shown here and never again."""
    let_go()
    guards.go_on(made.token)
    wanted = own_path(request.args.get("next"))
    if made.codes:
        return page("accounts/codes.html", codes=made.codes, next_path=wanted, today=clock.now())
    return seen_other(wanted or url_for("accounts.second_factor"))


@bp.post("/me/second-factor/codes")
@limiter.limit("10 per hour")
@signed_in
@strongly
def renew_codes() -> AnyResponse:
    """Ten new recovery codes."""
    with writing():
        codes = service.renew_codes(guards.current_person().id)
    return page("accounts/codes.html", codes=codes, next_path=None, today=clock.now())


@bp.post("/me/second-factor/app/remove")
@signed_in
@strongly
def remove_app() -> AnyResponse:
    """Give the app up."""
    with writing():
        service.remove_authenticator(guards.current_person().id)
    return seen_other(url_for("accounts.second_factor"))


@bp.post("/me/second-factor/passkeys/<int:passkey_id>/remove")
@signed_in
@strongly
def remove_passkey(passkey_id: int) -> AnyResponse:
    """Give a passkey up."""
    from retreats.accounts.service import passkeys  # noqa: PLC0415  (its library takes a third of a second)

    with writing():
        passkeys.remove_passkey(guards.current_person().id, passkey_id)
    return seen_other(url_for("accounts.second_factor"))
