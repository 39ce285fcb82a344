"""The preparation note: chosen and written by those who lead, looked at as everybody will see it, then sent."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import current_person, facilitators_only
from retreats.catalogue.models import Gathering
from retreats.db import writing
from retreats.feedback.people import how_many_attended, led
from retreats.feedback.routes import bp
from retreats.feedback.service import preparing
from retreats.reading import Reading, is_row
from retreats.web import page, seen_other

MOST = 6000


@bp.get("/facilitate/<slug>/preparation-note")
@facilitators_only
def preparation(slug: str) -> Response:
    """Choose, write, and see it as everybody will."""
    return _page(led(slug, current_person().id))


@bp.post("/facilitate/<slug>/preparation-note")
@facilitators_only
def draft_preparation(slug: str) -> Response | AnyResponse:
    """Keep a draft."""
    gathering, read = led(slug, current_person().id), Reading(request.form)
    plan = read.text("plan", most=MOST)
    chosen = {int(each) for each in request.form.getlist("item") if is_row(each)}
    if not plan:
        read.errors["plan"] = _("Write how the plan takes it up: that is what they will read.")
    if not read.errors:
        try:
            with writing():
                preparing.draft(gathering.id, plan, chosen, by=current_person())
        except preparing.TooFewToShow:
            read.errors["plan"] = _("Fewer than five people have a place, so only your own words can go to them.")
    if read.errors:
        return _page(led(slug, current_person().id), plan=plan, chosen=chosen, errors=read.errors, status=422)
    return seen_other(f"/facilitate/{slug}/preparation-note#preview")


@bp.post("/facilitate/<slug>/preparation-note/send")
@facilitators_only
def send_preparation(slug: str) -> AnyResponse:
    """Let everybody read it."""
    gathering = led(slug, current_person().id)
    with writing():
        preparing.send(gathering.id, by=current_person())
    return seen_other(f"/facilitate/{slug}/preparation-note")


def _page(
    gathering: Gathering, *, plan: str | None = None, chosen: set[int] | None = None,
    errors: dict[str, str] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    note = preparing.note_of(gathering.id)
    kept = {each.answer_id for each in note.items} if note else set()
    return page(
        "feedback/preparation.html", status=status, gathering=gathering, note=note, errors=errors or {},
        offered=preparing.offered(gathering.id), shows_words=preparing.shows_words(gathering.id),
        words=preparing.words_of(note) if note else [], coming=how_many_attended(gathering.id),
        has_begun=preparing.is_past(gathering), plan=plan if plan is not None else (note.plan if note else ""),
        chosen=kept if chosen is None else chosen,
    )  # fmt: skip
