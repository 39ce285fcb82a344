"""What an organiser decides about the places of one registration: keep them longer, confirm them unpaid, cancel them.

Cancelling moves money and has its own routes, so that more can be asked of whoever does it.
"""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock, wall
from retreats.accounts.guards import organisers_only, strongly
from retreats.booking import organising, service
from retreats.booking.models import BY_HAND, Registration
from retreats.catalogue.service import GatheringFull
from retreats.db import writing
from retreats.reading import Reading, Values, as_values
from retreats.web import page, seen_other

bp = Blueprint("booking_decide", __name__)
ONE = "/organise/gatherings/<slug>/registrations/<reference>"


@bp.get(f"{ONE}/keep")
@organisers_only
def keep_form(slug: str, reference: str) -> Response | AnyResponse:
    """How long the places are kept, and whether they are confirmed before they are paid for."""
    found = organising.registration_in(slug, reference)
    if found.state not in {"held", "lapsed"} or found.awaits_bank:
        return _back(slug, reference, "not_held")
    zone = found.gathering.zone
    until = service.latest_hold(found.gathering, None, now=clock.now())
    return _keep_form(found, {"until": wall.wall_of(until, zone), "pays_by": found.pays_by or BY_HAND[1]})


def _keep_form(found: Registration, values: Values, errors: dict[str, str] | None = None) -> Response:
    return page(
        "booking/organise/keep.html",
        status=422 if errors else 200,
        registration=found,
        gathering=found.gathering,
        kept_until=None if service.is_overdue(found, now=clock.now()) else service.hold_ends(found),
        owed=service.owed(found) or found.agreed_minor,
        values=values,
        errors=errors or {},
    )


@bp.post(f"{ONE}/keep")
@organisers_only
def keep(slug: str, reference: str) -> Response | AnyResponse:
    """Keep the places until a moment that the form says, as the clock at the place shows it."""
    found, reading = organising.registration_in(slug, reference), Reading(request.form)
    until = reading.moment("until", found.gathering.zone)
    if until is None:
        reading.errors.setdefault("until", _("Say until when the places are kept."))
        return _keep_form(found, as_values(request.form), reading.errors)
    try:
        with writing():
            service.keep_until(found.id, until)
    except service.HoldNotLonger:
        later = _("Choose a moment that is later than the one until which they are kept, and before it begins.")
        return _keep_form(organising.registration_in(slug, reference), as_values(request.form), {"until": later})
    except service.NotHeld:
        return _back(slug, reference, "not_held")
    except GatheringFull:
        return _back(slug, reference, "full")
    return _back(slug, reference, "kept")


@bp.post(f"{ONE}/confirm")
@organisers_only
def confirm(slug: str, reference: str) -> AnyResponse:
    """Confirm the places although money is still owed, which comes in cash or by transfer."""
    found, reading = organising.registration_in(slug, reference), Reading(request.form)
    try:
        with writing():
            service.confirm_unpaid(found.id, pays_by=reading.one_of("pays_by", BY_HAND, fallback=BY_HAND[1]))
    except service.NotHeld:
        return _back(slug, reference, "not_held")
    except GatheringFull:
        return _back(slug, reference, "full")
    return _back(slug, reference, "confirmed")


@bp.get(f"{ONE}/cancel")
@organisers_only
def cancel_form(slug: str, reference: str) -> Response:
    """First which places and what goes back; then the sum, and the button. Nothing happens by looking."""
    found, reading = organising.registration_in(slug, reference), Reading(request.args)
    places = [place.reference for place in service.still_taken(found)]
    chosen = reading.some_of("place", places) or (places if len(places) == 1 else [])
    return _cancel_form(found, chosen, reading.one_of("refund", service.REFUNDS), asked="refund" in request.args)


def _cancel_form(found: Registration, chosen: list[str], refund: str, *, asked: bool = False,
                 changed: bool = False) -> Response:  # fmt: skip
    now, taken = clock.now(), service.still_taken(found)
    places = [place for place in taken if place.reference in chosen]
    back = {each: service.refund_quote(found, places or taken, now=now, refund=each) for each in service.REFUNDS}
    return page(
        "booking/organise/cancel.html",
        status=409 if changed else 422 if asked and not (places and refund) else 200,
        registration=found,
        gathering=found.gathering,
        places=taken,
        chosen=places if refund else [],
        preset=chosen,
        refund=refund,
        back=back,
        by_hand=any(entry.by_hand for entry in found.ledger),
        asked=asked,
        changed=changed,
    )


@bp.post(f"{ONE}/cancel")
@organisers_only
@strongly
def cancel(slug: str, reference: str) -> Response | AnyResponse:
    """Give the chosen places back, with the refund that was shown: if it is another one now, it is asked again."""
    found, reading = organising.registration_in(slug, reference), Reading(request.form)
    chosen = reading.some_of("place", [place.reference for place in found.places])
    refund, shown = reading.one_of("refund", service.REFUNDS), reading.number_of("shown")
    if not chosen or not refund or shown is None:
        return _cancel_form(found, chosen, refund, asked=True)
    try:
        with writing():
            service.cancel_by_house(
                found.id,
                {place.id for place in found.places if place.reference in chosen},
                refund=refund,
                shown_minor=shown,
            )
    except service.QuoteChanged:
        return _cancel_form(organising.registration_in(slug, reference), chosen, refund, changed=True)
    return _back(slug, reference, "cancelled")


def _back(slug: str, reference: str, word: str) -> AnyResponse:
    return seen_other(url_for("booking_organise.registration", slug=slug, reference=reference, done=word))
