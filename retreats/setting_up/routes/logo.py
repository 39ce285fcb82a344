"""The house's sign: a picture sent by its owner, or none."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import current_person, owners_only
from retreats.db import let_go, writing
from retreats.house import logo
from retreats.setting_up import service
from retreats.setting_up.routes import bp
from retreats.setting_up.routes.sections import known, show
from retreats.web import limiter, seen_other


@bp.post("/organise/setting-up/logo")
@limiter.limit("20 per minute")
@owners_only
def save_logo() -> AnyResponse:
    """Put another one up, or take it down (`then=remove`)."""
    me, content = current_person(), None
    if request.form.get("then") != "remove":
        sent = request.files.get("logo")
        if sent is None or not sent.filename:
            return show(known("colours"), errors={"logo": _("Choose a picture first.")}, status=422)
        let_go()
        try:
            content = logo.prepare(sent.stream)
        except logo.NotALogo as refusal:
            return show(known("colours"), errors={"logo": str(refusal)}, status=422)
    with writing():
        service.put_up_logo(content, by=me)
    return seen_other(url_for("setting_up.section", section="colours", saved="yes") + "#logo-form")
