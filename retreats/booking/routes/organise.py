"""The organiser's page of one registration: who comes, what was paid, and everything that happened to it."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, Response, url_for
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts import queries as accounts
from retreats.accounts.guards import organisers_only
from retreats.booking import organising, queries, service, telling
from retreats.booking.columns import state_of
from retreats.booking.models import Registration
from retreats.booking.service.register import send_link_again
from retreats.db import new_id, writing
from retreats.mail import queries as mail
from retreats.mail import service as letters
from retreats.mail import unreachable
from retreats.mail.models import Letter
from retreats.outbox.models import Event
from retreats.web import page, seen_other

bp = Blueprint("booking_organise", __name__)
bp.add_app_template_global(queries.people_with_a_place)


@bp.get("/organise/gatherings/<slug>/registrations/<reference>")
@organisers_only
def registration(slug: str, reference: str) -> Response:
    """One registration: who comes, what was paid, which letters went out, notes, and its whole history."""
    return registration_page(organising.registration_in(slug, reference))


def registration_page(found: Registration, *, status: int = 200, note: str = "", error: str = "") -> Response:
    """The page; with a `note` that could not be kept as it was typed, if there is one."""
    written = mail.on_shelf(*service.shelves(found))
    turns = Counter(each.shelf for each in written)
    return page(
        "booking/organise/registration.html",
        status=status,
        registration=found,
        gathering=found.gathering,
        state=state_of(found),
        balance=service.balance(found),
        owed=service.owed(found),
        unreachable=unreachable.among([found.booker.email, *(each.email for each in found.places)]),
        letters=[(each, _subject(each), turns[each.shelf]) for each in written],
        ours=service.OURS,
        notes=organising.notes_of(found.id),
        note=note,
        note_id=new_id(),
        error=error,
        has_begun=found.gathering.has_begun(clock.now()),
        history=_told(found),
        kinds={each.id: each.kind for each in written},
    )


@bp.post("/organise/gatherings/<slug>/registrations/<reference>/link")
@organisers_only
def send_link(slug: str, reference: str) -> AnyResponse:
    """Send the booker the link of this booking once more. Nobody else gets to see it."""
    found = organising.registration_in(slug, reference)
    with writing():
        send_link_again(found.id, by_house=True)
    return seen_other(url_for("booking_organise.registration", slug=slug, reference=reference, done="sent"))


def _told(found: Registration) -> list[tuple[Event, str, str | None]]:
    """What happened, the latest first: in a sentence, and who of the house did it."""
    happened = organising.history(found.id)
    names = accounts.names_of({each.actor_id for each in happened if each.actor_id is not None})
    return [
        (each, telling.sentence(each, found), names.get(each.actor_id) if each.actor_id else None)
        for each in reversed(happened)
    ]


def _subject(letter: Letter) -> str:
    """Its subject, in the language in which it was written; empty when it says nothing any more."""
    try:
        return letters.composed(letter).subject
    except letters.NoLongerNeeded:
        return ""
