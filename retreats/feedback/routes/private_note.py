"""A note to oneself on one's own page."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import by_own_link
from retreats.db import writing
from retreats.feedback.own_page import posted, proved
from retreats.feedback.routes import bp
from retreats.feedback.routes.reflect import own_page
from retreats.feedback.service.private_note import MOST_LETTERS, NoteRests, NoteTooLong, keep_note
from retreats.web import seen_other


@bp.post("/reflect/<token>/note")
@proved
@by_own_link
def keep_private_note(token: str) -> Response | AnyResponse:
    """Keep it, for its author alone."""
    place, text = posted(token), request.form.get("note", "").replace("\r\n", "\n").strip()
    try:
        with writing():
            keep_note(place.id, text)
    except NoteRests:
        sentence = _(
            "Your note rests in these days. Keep what you have just written: it stands below, and is not stored."
        )
        return own_page(posted(token), token, status=409, noted=text, wrong=sentence)
    except NoteTooLong:
        sentence = _("Please shorten this to %(number)s characters.", number=MOST_LETTERS)
        return own_page(posted(token), token, status=422, noted=text, wrong=sentence)
    return seen_other(f"/reflect/{token}#my-note")
