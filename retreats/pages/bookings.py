"""The booker's page and each attendee's page: composed of the booking, its ledger and its letters; they only read."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, request, url_for

from retreats import calendar, clock
from retreats.accounts.guards import by_own_link
from retreats.booking import addresses, invites, queries
from retreats.booking import service as booking
from retreats.booking.discreet import neutral_title
from retreats.booking.models import Place, Registration
from retreats.booking.promising import kept_promise
from retreats.feedback.addresses import reflect_path
from retreats.health.queries import questions_about_health
from retreats.mail import queries as mail
from retreats.mail import service as letters
from retreats.mail import unreachable
from retreats.mail.models import Letter
from retreats.payments import queries as payments
from retreats.refusals import NotFound
from retreats.web import page

bp = Blueprint("bookings", __name__)


@bp.get("/registrations/<reference>")
@by_own_link
def registration(reference: str) -> Response:
    """The booker's page: how it stands, what to do next, who comes, what was paid, and every letter."""
    found = queries.by_own_link(reference, request.args.get("key", ""))
    now = clock.now()
    under_way, stuck = payments.on_their_way_back(found.id) if found.ledger else (0, 0)
    return page(
        "pages/registration.html",
        registration=found,
        gathering=found.gathering,
        key=request.args["key"],
        state=state_of(found),
        hold_until=booking.hold_ends(found) if not booking.is_overdue(found, now=now) else None,
        balance=booking.balance(found),
        owed=booking.owed(found),
        came_in=booking.came_in(found),
        under_way=under_way,
        stuck=stuck,
        pay_path=addresses.pay_path(found),
        unreachable=unreachable.find(found.booker.email) is not None,
        letters=readable(mail.on_shelf(f"registration:{found.id}")),
        links=calendar_links(own) if (own := _own_place(found)) else {},
        own=own,
        own_key=addresses.place_key(own) if own else "",
        neutral_title=neutral_title(found.gathering),
        health=health_path(own) if own else None,
        can_cancel=_can_cancel(found),
        kept=kept_promise(found),
    )


@bp.get("/registrations/<reference>/letters/<int:letter_id>")
@by_own_link
def registration_letter(reference: str, letter_id: int) -> Response:
    """One of the letters again, composed from what is true now."""
    found = queries.by_own_link(reference, request.args.get("key", ""))
    back = addresses.registration_path(found)
    return letter_page(f"registration:{found.id}", letter_id, back)


@bp.get("/places/<reference>")
@by_own_link
def place(reference: str) -> Response:
    """One attendee's page: where and when, how to get there, the calendar, and how to give the place back."""
    found = queries.place_by_own_link(reference, request.args.get("key", ""))
    return page(
        "pages/place.html",
        place=found,
        gathering=found.gathering,
        key=request.args["key"],
        own_key=request.args["key"],
        neutral_title=neutral_title(found.gathering),
        unreachable=bool(unreachable.among([found.email])),
        letters=readable(mail.on_shelf(f"place:{found.id}")),
        links=calendar_links(found),
        health=health_path(found),
        reflection=reflect_path(found) if found.state == "confirmed" else None,
        kept=kept_promise(found.registration),
        can_cancel=found.state in {"held", "confirmed"} and not _has_begun(found.registration),
    )


@bp.get("/places/<reference>/letters/<int:letter_id>")
@by_own_link
def place_letter(reference: str, letter_id: int) -> Response:
    """One of the letters again."""
    found = queries.place_by_own_link(reference, request.args.get("key", ""))
    return letter_page(f"place:{found.id}", letter_id, addresses.place_path(found))


@bp.get("/places/<reference>/invite.ics")
@by_own_link
def invite(reference: str) -> Response:
    """The calendar entry as a file."""
    found = queries.place_by_own_link(reference, request.args.get("key", ""))
    answer = make_response(calendar.download([invites.entry_for(found, stamp=found.changed_at)]))
    answer.content_type = "text/calendar; charset=utf-8"
    answer.headers["Content-Disposition"] = "attachment; filename=invite.ics"
    return answer


def state_of(found: Registration) -> str:
    """The state as its reader sees it: an overdue hold has lapsed, whoever noticed."""
    return "lapsed" if booking.is_overdue(found, now=clock.now()) else found.state


def readable(found: list[Letter]) -> list[tuple[Letter, str]]:
    """Letters with their subjects, leaving out those that are no longer true."""
    named = []
    for letter in found:
        try:
            named.append((letter, letters.composed(letter).subject))
        except letters.NoLongerNeeded:
            continue
    return named


def letter_page(shelf: str, letter_id: int, back: str) -> Response:
    """A letter as a page, if it stands on this shelf."""
    letter = next((each for each in mail.on_shelf(shelf) if each.id == letter_id), None)
    if letter is None:
        raise NotFound
    try:
        words = letters.composed(letter)
    except letters.NoLongerNeeded as gone:
        raise NotFound from gone
    return page("pages/letter.html", letter=letter, words=words, back=back)


def calendar_links(found: Place) -> dict[str, str]:
    """Ways into a calendar that need no mail."""
    if found.state != "confirmed" or found.gathering.starts_at is None:
        return {}
    entry = invites.entry_for(found, stamp=found.changed_at)
    return {
        "google": calendar.google_link(entry),
        "outlook": calendar.outlook_link(entry),
        "file": f"/places/{found.reference}/invite.ics?key={addresses.place_key(found)}",
    }


def health_path(found: Place) -> str | None:
    """Where an attendee answers what is asked about their health, if anything is."""
    if found.state != "confirmed" or not questions_about_health(found.gathering_id):
        return None
    return url_for("health.form", reference=found.reference, key=addresses.place_key(found))


def _own_place(found: Registration) -> Place | None:
    """The booker's own, when they come themselves."""
    return next((place for place in found.places if place.email == found.booker.email), None)


def _has_begun(found: Registration) -> bool:
    return found.gathering.has_begun(clock.now())


def _can_cancel(found: Registration) -> bool:
    return state_of(found) in {"held", "confirmed"} and not _has_begun(found)
