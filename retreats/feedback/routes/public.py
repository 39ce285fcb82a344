"""How we listen, for everyone."""

from __future__ import annotations

import hashlib

from flask import Response

from retreats.accounts.guards import open_to_everyone
from retreats.feedback.queries import counting
from retreats.feedback.queries.yearly import published_years
from retreats.feedback.routes import bp
from retreats.web import cacheable, page


@bp.get("/how-we-listen/")
@open_to_everyone
def how_we_listen() -> Response:
    """What becomes of what people say here, counted."""
    answer = page("feedback/how_we_listen.html", figures=counting.figures(), shown=counting.shown, least=counting.LEAST,
                  years=published_years())  # fmt: skip
    return cacheable(answer, etag=hashlib.sha256(answer.get_data()).hexdigest()[:20])
