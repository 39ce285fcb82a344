"""The organiser's day: what is late, what is due, what is owed, what is coming. It only reads."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response

from retreats import clock
from retreats.accounts.guards import current_person, organisers_only
from retreats.booking import organising
from retreats.booking import service as booking
from retreats.catalogue import queries as catalogue
from retreats.mail import queries as mail
from retreats.mail import unreachable
from retreats.outbox import resting
from retreats.pages.agenda import agenda
from retreats.payments import queries as payments
from retreats.setting_up import queries as setting_up
from retreats.setting_up import wording
from retreats.upkeep import checks
from retreats.web import page

bp = Blueprint("day", __name__)
AHEAD = timedelta(days=90)


@bp.get("/organise/")
@organisers_only
def day() -> Response:
    """What is late, due, owed and coming; before them, as long as nothing was ever published, the steps that lead there."""
    now, steps = clock.now(), setting_up.steps()
    coming = catalogue.between(now, now + AHEAD)
    late, due = agenda(coming, now)
    return page(
        "pages/day.html",
        steps=steps,
        words=wording.STEPS,
        is_owner=current_person().has_role("owner"),
        coming=coming,
        waiting=organising.count_waiting([each.id for each in coming]),
        owed=[(each, booking.owed(each)) for each in organising.not_paid_yet(now)],
        late=late,
        due=due,
        items=len(payments.open_items()),
        resting=resting.count_resting(),
        failed=len(mail.failed()),
        unreachable=len(unreachable.every()),
        behind=checks.worker_behind(),
    )
