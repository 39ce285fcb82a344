"""Health for machines, and for the organiser what failed and rests."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import open_to_everyone, organisers_only, strongly
from retreats.crypto import KeyMissing, SealBroken
from retreats.db import writing
from retreats.mail import failures, unreachable
from retreats.mail import queries as mail
from retreats.outbox import resting, stillness
from retreats.payments import queries as payments
from retreats.payments.service import review
from retreats.privacy import again
from retreats.upkeep import checks, reopening, unsealing, wording
from retreats.web import page, seen_other

bp = Blueprint("upkeep", __name__)
bp.app_errorhandler(SealBroken)(unsealing.broken)
bp.app_errorhandler(KeyMissing)(unsealing.missing)
bp.add_app_template_global(stillness.stands_still)
bp.add_app_template_global(failures.said, "why_not_sent")
bp.add_app_template_global(wording.why_it_rests)


@bp.get("/health/live")
@open_to_everyone
def live() -> Response:
    """This process answers."""
    return jsonify(live=True)


@bp.get("/health/ready")
@open_to_everyone
def ready() -> Response:
    """This process can serve: its database answers and is at the newest migration, and its keys are there."""
    wrong = checks.not_ready()
    answer = jsonify(ready=not wrong)
    answer.status_code = 503 if wrong else 200
    return answer


@bp.get("/organise/health")
@organisers_only
def health() -> Response:
    """What `flask doctor` says, as a page. It takes some seconds where something does not answer."""
    return page("upkeep/health.html", areas=checks.report(), words=wording.AREAS)


@bp.get("/organise/deliveries")
@organisers_only
def deliveries() -> Response:
    """What went wrong and waits for a person: consequences, letters, money."""
    return page(
        "upkeep/deliveries.html",
        resting=[(each, wording.consequence(each)) for each in resting.resting()],
        letters=mail.failed(),
        addresses=unreachable.every(),
        items=[(each, wording.open_item(each)) for each in payments.open_items()],
        overdue=checks.worker_behind(),
    )


@bp.get("/organise/open-again")
@organisers_only
def restored() -> Response:
    """After a restore: what would leave the house, before it goes on."""
    since = stillness.since()
    if since is None:
        return page("upkeep/restored.html", since=None)
    found = reopening.waiting()
    return page(
        "upkeep/restored.html",
        since=since,
        erased=again.said_since(since.position),
        waiting=found,
        letters=wording.waiting_letters(found.letters),
        fell_due=wording.fell_due(found.fell_due),
    )


@bp.post("/organise/open-again")
@organisers_only
@strongly
def open_again() -> AnyResponse:
    """Let the house go on."""
    with writing():
        reopening.open_again(put_letters_aside=request.form.get("letters") == "aside")
    return seen_other(url_for("upkeep.restored"))


@bp.post("/organise/deliveries/<int:delivery_id>/retry")
@organisers_only
def retry(delivery_id: int) -> AnyResponse:
    """Try it once more."""
    with writing():
        resting.retry(delivery_id)
    return seen_other(url_for("upkeep.deliveries"))


@bp.post("/organise/deliveries/<int:delivery_id>/drop")
@organisers_only
def drop(delivery_id: int) -> AnyResponse:
    """Give it up for good."""
    with writing():
        resting.drop(delivery_id)
    return seen_other(url_for("upkeep.deliveries"))


@bp.post("/organise/addresses/<int:mark_id>/right")
@organisers_only
def address_is_right(mark_id: int) -> AnyResponse:
    """Write there again."""
    with writing():
        unreachable.clear(mark_id)
    return seen_other(url_for("upkeep.deliveries"))


@bp.post("/organise/open-items/<int:item_id>/close")
@organisers_only
def close_item(item_id: int) -> AnyResponse:
    """Somebody has seen to it."""
    with writing():
        review.close_item(item_id)
    return seen_other(url_for("upkeep.deliveries"))
