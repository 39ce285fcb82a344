"""Cancelling many registrations. It moves money and has routes of its own, so that more can be asked of whoever does it."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts import guards
from retreats.accounts.guards import organisers_only, strongly
from retreats.booking import choosing, service
from retreats.booking.choosing import Choice, TooManyAtOnce
from retreats.booking.routes.many import about, again_or_done, missing, nothing_chosen
from retreats.db import writing
from retreats.reading import Reading
from retreats.web import page, seen_other

bp = Blueprint("booking_many_cancel", __name__)


@bp.get("/organise/registrations/many/cancel")
@organisers_only
def look() -> Response:
    """First the rule for what goes back, then the sum, then the button. Nothing happens by looking."""
    return _look(Choice.read(request.args), Reading(request.args).one_of("refund", service.REFUNDS))


def _look(choice: Choice, refund: str, *, changed: bool = False) -> Response:
    if problem := missing(choice):
        return nothing_chosen(choice, *problem)
    try:
        found = choosing.to_cancel(choice, refund or service.REFUNDS[0], now=clock.now())
    except TooManyAtOnce:
        most = choosing.MOST_CANCELLED
        return page(
            "booking/organise/many_cancel.html", status=422, too_many=most, **about(choice, choosing.Chosen(0, [], []))
        )
    return page("booking/organise/many_cancel.html", status=409 if changed else 200, changed=changed, refund=refund,
                **about(choice, found))  # fmt: skip


@bp.post("/organise/registrations/many/cancel")
@organisers_only
@strongly
def begin() -> Response | AnyResponse:
    """Cancel each of them with what was shown, if all of it still stands as it was shown."""
    choice, reading = Choice.read(request.form), Reading(request.form)
    refund, bulk_id = reading.one_of("refund", service.REFUNDS), reading.number_of("bulk_id")
    if missing(choice) or choice.action != "cancel" or not (refund and bulk_id):
        return _look(choice, refund)
    found = choosing.to_cancel(choice, refund, now=clock.now())
    if found.mark != request.form.get("mark"):
        return again_or_done(bulk_id) or _look(choice, refund, changed=True)
    amounts = {each: found.back[each] for each in found.ids}
    with writing():
        service.begin_for_many(bulk_id, "cancel", amounts, by=guards.current_person().id, refund=refund)
    return seen_other(url_for("booking_many.progress", bulk_id=bulk_id))
