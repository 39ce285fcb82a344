"""Where pictures are served. An address shows the same for ever, so whoever has it need not ask again."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, request

from retreats.accounts.guards import open_to_everyone, visitor
from retreats.pictures import queries
from retreats.pictures.shapes import KINDS
from retreats.refusals import NotFound
from retreats.web import for_ever

bp = Blueprint("pictures", __name__)


@bp.get("/pictures/<name>/<int:width>.<kind>")
@open_to_everyone
def rendition(name: str, width: int, kind: str) -> Response:
    """One picture in one format and width. While its page is not public, only organisers get to see it."""
    content, public = queries.rendition(name, kind, width)
    if not public and not _organises():
        raise NotFound
    answer = make_response(content)
    answer.content_type = KINDS[kind]
    if public:
        answer.set_etag(f"{name}-{width}-{kind}")
        for_ever(answer).make_conditional(request)
    return answer


def _organises() -> bool:
    person = visitor()
    return person is not None and person.has_role("organiser")
