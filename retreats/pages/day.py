"""The organiser's day: what is coming, what is owed, what is late. It only reads."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response

from retreats import clock
from retreats.accounts.guards import organisers_only
from retreats.booking import organising
from retreats.booking import service as booking
from retreats.catalogue import queries as catalogue
from retreats.mail import queries as mail
from retreats.outbox import resting
from retreats.payments import queries as payments
from retreats.upkeep import checks
from retreats.web import page

bp = Blueprint("day", __name__)
AHEAD = timedelta(days=90)
HARD_TO_FILL = timedelta(days=30)


@bp.get("/organise/")
@organisers_only
def day() -> Response:
    """Three lists and nothing else."""
    now = clock.now()
    coming = catalogue.between(now, now + AHEAD)
    return page(
        "pages/day.html",
        coming=coming,
        waiting=organising.count_waiting([each.id for each in coming]),
        owed=[(each, booking.owed(each)) for each in organising.not_paid_yet(now)],
        unfinished=[each for each in catalogue.drafts() if each.starts_at and each.starts_at < now + HARD_TO_FILL],
        items=len(payments.open_items()),
        resting=resting.count_resting(),
        failed=len(mail.failed()),
        behind=checks.worker_behind(),
    )
