"""Trying for real: a letter to oneself, and a small payment that goes back."""

from __future__ import annotations

import re

import structlog
from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import current_person, owners_only
from retreats.db import let_go, writing
from retreats.house.queries import current
from retreats.languages import language
from retreats.mail.trying import try_out
from retreats.payments import provider
from retreats.setting_up import letters, service
from retreats.setting_up.routes import bp
from retreats.setting_up.routes.sections import known, show
from retreats.web import limiter, seen_other

log = structlog.get_logger()
_SPELLED = re.compile(r"[0-9a-f]{1,16}")


@bp.post("/organise/setting-up/mail/try")
@limiter.limit("10 per minute")
@owners_only
def try_mail() -> AnyResponse:
    """Send a letter to whoever presses, now, and keep what the server answered."""
    server, me = current().mail, current_person()
    if not server.is_set:
        return show(known("mail"), trouble=_("Name a mail server first."), status=409)
    message = letters.trial(me)
    let_go()
    heard = try_out(server, message)
    with writing():
        service.note_mail_trial(server, heard, by=me)
    return seen_other(url_for("setting_up.section", section="mail") + "#tried")


@bp.post("/organise/setting-up/money/try")
@limiter.limit("10 per minute")
@owners_only
def try_money() -> AnyResponse:
    """Lead to Stripe, to pay a small amount."""
    import stripe  # noqa: PLC0415  (a second of start-up, needed only where money moves)

    if not provider.is_open():
        return show(known("money"), trouble=_("Give a secret key first."), status=409)
    with writing():
        trial = service.begin_trial(by=current_person(), language=language())
    try:
        return seen_other(service.send_to_checkout(trial.id))
    except stripe.AuthenticationError:
        return show(known("money"), trouble=_("Stripe does not know this key. Copy it again from Stripe’s dashboard."),
                    status=503)  # fmt: skip
    except stripe.StripeError as error:
        log.warning("trial not opened", error=type(error).__name__)
        return show(known("money"), trouble=_stripe_said(error), status=503)


def _stripe_said(error: Exception) -> str:
    said = getattr(error, "user_message", None)
    return (
        _("Stripe says: %(said)s", said=said)
        if said
        else _("Stripe did not answer (%(kind)s). Nothing was paid; try again in a while.", kind=type(error).__name__)
    )


@bp.get("/organise/setting-up/money/back")
@owners_only
def back_from_stripe() -> AnyResponse:
    """Back from Stripe: ask it how it stands."""
    return _look(request.args.get("trial", ""))


@bp.post("/organise/setting-up/money/look")
@owners_only
def look_again() -> AnyResponse:
    """Ask once more."""
    return _look(request.form.get("trial", ""))


def _look(spelled: str) -> AnyResponse:
    import stripe  # noqa: PLC0415  (as above)

    try:
        service.look_at_trial(int(spelled, 16) if _SPELLED.fullmatch(spelled) else 0)
    except service.TrialUnknown:
        return seen_other(url_for("setting_up.section", section="money"))
    except stripe.StripeError as error:
        log.warning("trial not read", error=type(error).__name__)
        return show(known("money"), trouble=_stripe_said(error), status=503)
    return seen_other(url_for("setting_up.section", section="money") + "#tried")
