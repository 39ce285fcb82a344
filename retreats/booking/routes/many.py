"""One action for many registrations: first whom it concerns, then the button, then what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock, wall
from retreats.accounts import guards
from retreats.accounts.guards import organisers_only
from retreats.booking import choosing, organising, service
from retreats.booking.choosing import Choice, Chosen
from retreats.booking.routes.listed import address_of, with_query
from retreats.db import new_id, writing
from retreats.house.queries import current as house
from retreats.reading import Reading
from retreats.refusals import NotFound
from retreats.web import page, seen_other

bp = Blueprint("booking_many", __name__)
TITLES: dict[str, LazyString] = {
    "confirmation": _l("Send the confirmation again"),
    "link": _l("Send the link of the booking again"),
    "attended": _l("Mark as there"),
    "missed": _l("Mark as not there"),
    "keep": _l("Keep the places longer"),
    "cancel": _l("Cancel"),
}


@bp.get("/organise/registrations/many")
@organisers_only
def look() -> Response | AnyResponse:
    """Whom an action concerns. Nothing happens by looking."""
    choice = Choice.read(request.args)
    if choice.action == "cancel":
        return seen_other(with_query(url_for("booking_many_cancel.look"), choice.pairs()))
    return look_page(choice)


def look_page(choice: Choice, *, error: str = "", changed: bool = False) -> Response:
    """The page before the button. With an `error` of its field, or because somebody else `changed` whom it concerns."""
    if problem := missing(choice):
        return nothing_chosen(choice, *problem)
    chosen = choosing.chosen(choice, now=clock.now())
    until = request.form.get("until") or wall.wall_of(clock.now() + service.LONGER_HOLD, house().zone)
    return page("booking/organise/many.html", status=422 if error else 409 if changed else 200, error=error, changed=changed,
                until=until, **about(choice, chosen))  # fmt: skip


@bp.post("/organise/registrations/many")
@organisers_only
def begin() -> Response | AnyResponse:
    """Let it be done for each of them, if they are still the ones that were shown."""
    choice, reading = Choice.read(request.form), Reading(request.form)
    until = reading.moment("until", house().zone) if choice.action == "keep" else None
    bulk_id = reading.number_of("bulk_id")
    if missing(choice) or choice.action == "cancel" or not bulk_id:
        return look_page(choice)
    if choice.action == "keep" and (error := _wrong(until, reading)):
        return look_page(choice, error=error)
    chosen = choosing.chosen(choice, now=clock.now())
    if chosen.mark != request.form.get("mark"):
        return again_or_done(bulk_id) or look_page(choice, changed=True)
    with writing():
        service.begin_for_many(
            bulk_id, choice.action, dict.fromkeys(chosen.ids, 0), by=guards.current_person().id, until=until
        )
    return seen_other(url_for("booking_many.progress", bulk_id=bulk_id))


@bp.get("/organise/registrations/many/<int:bulk_id>")
@organisers_only
def progress(bulk_id: int) -> Response:
    """How far it has come, and for whom it could not be done."""
    action = organising.bulk_action(bulk_id)
    waiting, had, refused = choosing.progress(bulk_id)
    return page(
        "booking/organise/many_progress.html",
        title=TITLES[action.kind],
        action=action,
        waiting=waiting,
        done=had.get("", 0),
        refused=[(each, _because(each.outcome)) for each in refused],
        refusals=sum(had.values()) - had.get("", 0),
    )


def about(choice: Choice, chosen: Chosen) -> dict[str, Any]:  # Any: what the template takes
    """What the pages before the button have in common."""
    return {
        "choice": choice,
        "chosen": chosen,
        "title": TITLES[choice.action],
        "back": address_of(choice.wanted),
        "bulk_id": request.form.get("bulk_id") or new_id(),
    }


def missing(choice: Choice) -> tuple[str, str] | None:
    """Which field of the list's form says too little, and what to do."""
    if not choice.action:
        return "action", _("Choose what is to be done.")
    if not choice.everybody and not choice.references:
        return "chosen", _("Tick at least one registration, or choose all that fit.")
    return None


def nothing_chosen(choice: Choice, field: str, error: str) -> Response:
    """Back to the list, which says what to choose."""
    return page(
        "booking/organise/many_nothing.html", status=422, field=field, error=error, back=address_of(choice.wanted)
    )


def again_or_done(bulk_id: int) -> AnyResponse | None:
    """Pressed a second time, what was shown has happened: look there."""
    try:
        organising.bulk_action(bulk_id)
    except NotFound:
        return None
    return seen_other(url_for("booking_many.progress", bulk_id=bulk_id))


def _wrong(until: datetime | None, reading: Reading) -> str:
    if until is None:
        return reading.errors.get("until") or _("Say until when the places are kept.")
    return "" if until > clock.now() else _("Choose a moment that is still to come.")


def _because(code: str) -> str:
    """Why it could not be done."""
    said = {
        "nothing_to_send": _("There is no confirmation yet."),
        "letter_no_longer_true": _("What the letter would say is no longer true."),
        "not_begun": _("It has not begun."),
        "not_held": _("Its places do not wait for a payment."),
        "hold_not_longer": _("Its places are kept as long or longer already."),
        "gathering_full": _("Its places had gone back, and others have them now."),
        "quote_changed": _("Another amount would go back now. Nothing was cancelled."),
        "already_cancelled": _("It is cancelled already."),
    }
    return said.get(code, _("It was refused (%(code)s).", code=code))
