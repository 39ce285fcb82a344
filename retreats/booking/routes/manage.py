"""What one does with a booking by its own link: cancel one place or all, read a letter again, fetch the invite."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts.guards import by_own_link
from retreats.booking import queries, service
from retreats.booking.addresses import place_path, registration_path
from retreats.booking.models import Place
from retreats.db import writing
from retreats.refusals import NotFound
from retreats.web import page, seen_other

bp = Blueprint("booking_manage", __name__)


@bp.get("/registrations/<reference>/cancel")
@by_own_link
def cancel_form(reference: str) -> Response:
    """Which places, and what is paid back for each: said before anything happens."""
    registration = queries.by_own_link(reference, request.args.get("key", ""))
    now = clock.now()
    open_places = [place for place in registration.places if place.state in {"held", "confirmed"}]
    quotes = {place.id: service.refund_quote(registration, [place], now=now) for place in open_places}
    return page("booking/cancel.html", registration=registration, places=open_places, quotes=quotes,
                key=request.args.get("key", ""), nothing_chosen="chosen" in request.args)  # fmt: skip


@bp.post("/registrations/<reference>/cancel")
@by_own_link
def cancel(reference: str) -> AnyResponse:
    """Give the chosen places back; the refund and the calendar follow. One of elsewhere among them refuses them all."""
    key = request.form.get("key", "")
    registration = queries.by_own_link(reference, key)
    places = {place.reference: place.id for place in registration.places}
    chosen = {places.get(each, 0) for each in request.form.getlist("place")}
    if 0 in chosen:
        raise NotFound
    if not chosen:
        return seen_other(f"/registrations/{reference}/cancel?key={key}&chosen=none")
    with writing():
        service.cancel_places(registration.id, chosen)
    return seen_other(registration_path(registration))


@bp.get("/places/<reference>/cancel")
@by_own_link
def cancel_place_form(reference: str) -> Response:
    """One's own place, and what is paid back to whoever booked it."""
    place = _place(reference, request.args.get("key", ""))
    quote = service.refund_quote(place.registration, [place], now=clock.now())
    return page("booking/cancel_place.html", place=place, quote=quote, key=request.args.get("key", ""))


@bp.post("/places/<reference>/cancel")
@by_own_link
def cancel_place(reference: str) -> AnyResponse:
    """Give one's own place back."""
    place = _place(reference, request.form.get("key", ""))
    with writing():
        service.cancel_places(place.registration_id, {place.id})
    return seen_other(place_path(place))


def _place(reference: str, key: str) -> Place:
    place = queries.place_by_own_link(reference, key)
    if place.state not in {"held", "confirmed"}:
        raise service.AlreadyCancelled
    return place
