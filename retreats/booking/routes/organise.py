"""The organiser's screens of bookings: who booked, what is owed, who waits, and what happened to one registration."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts.guards import organisers_only
from retreats.booking import organising, service, telling
from retreats.booking.models import Registration
from retreats.booking.service.register import send_link_again
from retreats.catalogue import service as catalogue
from retreats.db import writing
from retreats.mail import queries as mail
from retreats.mail import service as letters
from retreats.mail.models import Letter
from retreats.web import page, seen_other

bp = Blueprint("booking_organise", __name__)


@bp.get("/organise/gatherings/<slug>/registrations")
@organisers_only
def registrations(slug: str) -> Response:
    """Everybody who booked, the money, and the waiting list."""
    gathering = catalogue.opened(slug)
    found = organising.registrations_of(gathering.id)
    return page(
        "booking/organise/registrations.html",
        gathering=gathering,
        registrations=[(each, _state(each), sum(entry.amount_minor for entry in each.ledger)) for each in found],
        sums=organising.sums_of(gathering.id),
        waiting=organising.waiting_for(gathering.id),
        currency=next((each.currency for each in found), "EUR"),
    )


@bp.get("/organise/gatherings/<slug>/registrations/<reference>")
@organisers_only
def registration(slug: str, reference: str) -> Response:
    """One registration: who comes, what was paid, which letters went out, and its whole history."""
    found = organising.registration_in(slug, reference)
    shelves = [f"registration:{found.id}", *(f"place:{place.id}" for place in found.places)]
    return page(
        "booking/organise/registration.html",
        registration=found,
        gathering=found.gathering,
        state=_state(found),
        balance=sum(entry.amount_minor for entry in found.ledger),
        letters=[(each, _subject(each)) for each in mail.on_shelf(*shelves)],
        history=[(each, telling.sentence(each)) for each in organising.history(found.id)],
    )


@bp.post("/organise/gatherings/<slug>/registrations/<reference>/link")
@organisers_only
def send_link(slug: str, reference: str) -> AnyResponse:
    """Send the booker the link of this booking once more. Nobody else gets to see it."""
    found = organising.registration_in(slug, reference)
    with writing():
        send_link_again(found.id)
    return seen_other(url_for("booking_organise.registration", slug=slug, reference=reference))


def _state(found: Registration) -> str:
    return "lapsed" if service.is_overdue(found, now=clock.now()) else found.state


def _subject(letter: Letter) -> str:
    """Its subject, in the language in which it was written; empty when it says nothing any more."""
    try:
        return letters.composed(letter).subject
    except letters.NoLongerNeeded:
        return ""
