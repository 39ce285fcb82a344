"""What people are told when something confidential cannot be opened, and what is noted of it: where, and nothing else."""

from __future__ import annotations

import structlog
from flask import Response, request
from flask_babel import gettext as _

from retreats.web import problem

log = structlog.get_logger()


def broken(error: Exception) -> Response:
    """Swapped, cut or changed outside of the house: it is shown to nobody, and `flask doctor` counts it (409: it fits no row)."""
    log.error("sealed text does not open", said=str(error), path=request.url_rule.rule if request.url_rule else None)
    return problem(
        409,
        "seal_broken",
        _("Something here cannot be read"),
        _("A text that was told in confidence stands here, and it is not as the house sealed it. Nobody is shown anything "
          "of it, and whoever looks after this system finds it in the log. Nothing else of yours is lost: please write to us."),
    )  # fmt: skip


def missing(error: Exception) -> Response:
    """The key is not there: nothing is kept in clear instead, and no other key is made."""
    log.error("key of confidential texts missing", said=str(error))
    return problem(
        503,
        "key_missing",
        _("What is told in confidence is closed just now"),
        _("The key to it is not there, so it can neither be read nor kept. Nothing that you wrote was stored, and nothing is "
          "lost that was stored before. Please try again later, or write to us."),
    )  # fmt: skip
