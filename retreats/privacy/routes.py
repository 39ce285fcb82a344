"""One's own data: seen, taken away, erased."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, make_response, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts import guards, personal
from retreats.accounts.guards import by_own_link, one_at_a_time, organisers_only, signed_in, strongly_if_set_up
from retreats.db import writing
from retreats.privacy import keeping, queries, service
from retreats.privacy.archive import archive
from retreats.privacy.erasing import STEPS
from retreats.privacy.held import held, looked_at
from retreats.privacy.words import kept_words, periods_in_words, step_words, waiting_words
from retreats.web import limiter, page, seen_other

bp = Blueprint("privacy", __name__)
FRESH = timedelta(minutes=15)
"""How long after signing in one's data can be taken away or erased (real time)."""
AGAIN = "/sign-in?anew=yes&next=/me/data/"


@bp.get("/me/data/")
@signed_in
def my_data() -> Response:
    """What the house holds of whoever is there."""
    person = guards.current_person()
    found = held(person.id, composed=False)
    return page("privacy/data.html", held=found, looks=looked_at(person.id), is_fresh=_is_fresh(), again=AGAIN)


@bp.post("/me/data/download")
@limiter.limit("10 per hour")
@signed_in
@strongly_if_set_up
@one_at_a_time
def download() -> AnyResponse:
    """Take it away, right after signing in. There is no address under which it could be fetched later."""
    if not _is_fresh():
        return seen_other("/me/data/?again=yes")
    answer = make_response(archive(held(guards.current_person().id)))
    answer.content_type = "application/zip"
    answer.headers["Content-Disposition"] = f"attachment; filename=my-data-{clock.now():%Y-%m-%d}.zip"
    return answer


@bp.get("/me/data/erase")
@signed_in
def erase_form() -> Response:
    """What would go, what stays, and what becomes of what is still open."""
    return _erase_page()


@bp.post("/me/data/erase")
@limiter.limit("10 per hour")
@signed_in
@strongly_if_set_up
def erase() -> AnyResponse:
    """Begin to forget whoever is there, and sign them out."""
    if not _is_fresh():
        return seen_other("/me/data/?again=yes")
    if not request.form.get("understood"):
        return _erase_page(error=_("Tick this, so that we know that you have read it."))
    person = guards.current_person()
    try:
        with writing():
            erasure = service.ask(person.id)
    except service.StillNeeded:
        return _erase_page(status=409)
    guards.sign_out()
    return seen_other(queries.erasure_path(erasure))


@bp.get("/data/erasure/<reference>")
@by_own_link
def erasure(reference: str) -> Response:
    """How far it is. Open to whoever holds the link, because there is nobody left who could sign in."""
    found = queries.by_own_link(reference, request.args.get("key", ""))
    words = step_words()
    steps = [(words[step.name][step.name in found.steps], step.name in found.steps, "") for step in STEPS]
    waits = waiting_words(found.waits_for) if found.waits_for else ""
    return page("privacy/erasure.html", erasure=found, steps=steps, waits=waits)


@bp.get("/organise/retention")
@organisers_only
def retention() -> Response:
    """What goes by itself in the next thirty days, and how long everything is kept."""
    now = clock.now()
    return page("privacy/retention.html", leaving=keeping.leaving(now + keeping.AHEAD), now=now, words=kept_words(),
                periods=periods_in_words())  # fmt: skip


def _erase_page(*, error: str = "", status: int = 200) -> Response:
    person = guards.current_person()
    return page(
        "privacy/erase.html",
        outlook=queries.outlook(person),
        why_not=service.why_not(person),
        error=error,
        is_fresh=_is_fresh(),
        again=AGAIN,
        status=422 if error else status,
    )


def _is_fresh() -> bool:
    began = personal.began_at(current_user.session_id)
    return began is not None and clock.real_now() - began < FRESH
