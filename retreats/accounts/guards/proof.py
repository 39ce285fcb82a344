"""Asking for the second factor: before health answers, exports, refunds, and before somebody is given a right.

    @bp.post("/organise/gatherings/<slug>/cancel")
    @organisers_only
    @strongly
    def cancel(slug: str) -> …

Below the guard, which has let the person in. What was shown counts for a quarter of an hour. Somebody who looks is led
to a page that asks, and back; of somebody who sends a form every field is kept on the page that asks, and the form goes
on from there. Files are not kept: put `strongly` on the page with such a form too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from typing import ParamSpec, TypeVar
from urllib.parse import quote, urlsplit

from flask import current_app, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts import service
from retreats.accounts.guards.entering import current_person, go_on
from retreats.accounts.service.proof import ProofWrong, RelyingParty, SecondFactor, TooManyGuesses
from retreats.again import kept_fields, send_again
from retreats.db import let_go, writing
from retreats.house.queries import current
from retreats.web import page, seen_other

P = ParamSpec("P")
R = TypeVar("R")
CODE, RECOVERY, PASSKEY = PROOF = ("proof-code", "proof-recovery", "proof-passkey")
"""The fields of the proof itself, among those of the form that waits for it."""
DEMO_CODE = "000000"
"""In the demonstration this does as well, and every page that asks says so."""


def strongly(view: Callable[P, R]) -> Callable[P, R | AnyResponse]:
    """Only after a second factor, shown in the last quarter of an hour. Who has none is asked to set one up."""
    return _strongly(view, always=True)


def strongly_if_set_up(view: Callable[P, R]) -> Callable[P, R | AnyResponse]:
    """The same for those who have a second factor; others pass."""
    return _strongly(view, always=False)


def proved_lately() -> bool:
    """Whether whoever is signed in has shown a second factor in the last quarter of an hour."""
    until = current_user.proved_until
    return until is not None and clock.real_now() < until


def _strongly(view: Callable[P, R], *, always: bool) -> Callable[P, R | AnyResponse]:
    @wraps(view)
    def proving(*args: P.args, **kwargs: P.kwargs) -> R | AnyResponse:
        if proved_lately():
            return view(*args, **kwargs)
        known = service.second_factor_of(current_person().id)
        if not (always or known.is_set_up):
            return view(*args, **kwargs)
        asking = _asked(known)
        return view(*args, **kwargs) if asking is None else asking

    proving.strong = "always" if always else "if set up"  # type: ignore[attr-defined]  # read by the test of all routes
    return proving


def _asked(known: SecondFactor) -> AnyResponse | None:
    """The page that asks; None when the form brought its proof along, and it was right."""
    if not known.is_set_up and not current_app.config["DEMO"]:
        return _to_set_up()
    if request.method != "POST":
        return seen_other(f"/me/confirm?next={quote(request.full_path.rstrip('?'), safe='/')}")
    error = prove_by_form() if any(each in request.form for each in PROOF) else ""
    return None if error is None else proof_page(known, error=error, status=422 if error else 401)


def _to_set_up() -> AnyResponse:
    if request.method != "POST":
        return seen_other(f"/me/second-factor?next={quote(request.full_path.rstrip('?'), safe='/')}")
    return send_again(
        title=_("First set up a second factor"),
        sentence=_("Who reads about somebody’s health, or moves money, proves with something more than a mailbox who "
                   "they are. What you wrote is kept on this page and nowhere else."),
        status=401,
        first=("/me/second-factor", _("Set it up (opens beside this page)")),
    )  # fmt: skip


def prove_by_form() -> str | None:
    """Look at the proof in this form: None when it was right, and the session counts as proved; else a sentence."""
    person, session_id = current_person(), current_user.session_id
    answer, code = request.form.get(PASSKEY, ""), (request.form.get(CODE) or request.form.get(RECOVERY, ""))[:80]
    try:
        if answer:
            from retreats.accounts.service import passkeys  # noqa: PLC0415  (its library takes a third of a second)

            with writing():
                token = passkeys.prove_by_passkey(person.id, session_id, answer, house=this_house())
        else:
            token = _by_code(person.id, session_id, code)
    except TooManyGuesses:
        return _(
            "That was several codes that did not fit. Wait a quarter of an hour, or use a passkey or a recovery code."
        )
    except ProofWrong:
        return _("That did not fit. An app’s code is good for half a minute and once; wait for the next one.")
    let_go()
    go_on(token)
    return None


def _by_code(person_id: int, session_id: int, code: str) -> str:
    if current_app.config["DEMO"] and code.replace(" ", "") == DEMO_CODE:
        with writing():
            return service.prove(person_id, session_id)
    with writing():
        service.count_guess(person_id, code)
    with writing():
        return service.prove_by_code(person_id, session_id, code)


def proof_page(
    known: SecondFactor, *, error: str | None = None, address: str | None = None, status: int = 200
) -> AnyResponse:
    """The page that asks. `address` takes the proof; without it the form that waits does, with all that was in it."""
    options = ""
    if known.passkeys:
        from retreats.accounts.service import passkeys  # noqa: PLC0415  (its library takes a third of a second)

        options = passkeys.request_options(
            current_person().id, current_user.session_id, current_user.proofs, this_house()
        )
    return page(
        "accounts/prove.html",
        status=status,
        known=known,
        options=options,
        error=error or "",
        address=address or request.full_path.rstrip("?"),
        fields=[] if address else kept_fields(without=PROOF),
        is_waiting=address is None,
    )


def this_house() -> RelyingParty:
    """Who asks for a signature."""
    site = urlsplit(str(current_app.config["SITE_URL"]))
    return RelyingParty(current().name, site.hostname or "", f"{site.scheme}://{site.netloc}")


def can_have_passkeys() -> bool:
    """Browsers keep passkeys for a name, not for a number: a house reached as http://127.0.0.1 has none."""
    try:
        ip_address(urlsplit(str(current_app.config["SITE_URL"])).hostname or "")
    except ValueError:
        return True
    return False
