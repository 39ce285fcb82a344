"""What an organiser corrects in one registration: names, addresses, languages; letters again, notes, who was there."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts import guards
from retreats.accounts.guards import organisers_only
from retreats.booking import organising, service
from retreats.booking.forms import LONGEST_NAME, one_line, read_address
from retreats.booking.models import Place, Registration
from retreats.booking.routes.organise import registration_page
from retreats.db import writing
from retreats.languages import LANGUAGES
from retreats.mail import unreachable
from retreats.reading import Reading, Values, as_values
from retreats.web import page, seen_other

bp = Blueprint("booking_correct", __name__)
ONE = "/organise/gatherings/<slug>/registrations/<reference>"
LONGEST_NOTE = 2000


@bp.get(f"{ONE}/correct")
@organisers_only
def form(slug: str, reference: str) -> Response:
    """Three small forms: names, addresses, languages."""
    return _form(organising.registration_in(slug, reference))


def _form(found: Registration, values: Values | None = None, errors: dict[str, str] | None = None,
          *, stands: str | None = None) -> Response:  # fmt: skip
    return page(
        "booking/organise/correct.html",
        status=409 if stands is not None else 422 if errors else 200,
        registration=found,
        gathering=found.gathering,
        own=found.own_place,
        values=values or {},
        errors=errors or {},
        stands=stands,
        languages=LANGUAGES,
    )


@bp.post(f"{ONE}/names")
@organisers_only
def names(slug: str, reference: str) -> Response | AnyResponse:
    """Correct how attendees are called."""
    found = organising.registration_in(slug, reference)
    wanted, errors = {}, {}
    for place in found.places:
        field = f"name-{place.reference}"
        name = one_line(request.form.get(field, place.name))
        if not name or len(name) > LONGEST_NAME:
            errors[field] = _("We need a name of at most %(most)s characters.", most=LONGEST_NAME)
        wanted[place.id] = (request.form.get(f"was-{field}", place.name), name)
    if errors:
        return _form(found, as_values(request.form), errors)
    try:
        with writing():
            service.rename(found.id, wanted)
    except service.ChangedMeanwhile as changed:
        return _form(organising.registration_in(slug, reference), as_values(request.form), stands=changed.stands)
    return _done(slug, reference, "names")


@bp.post(f"{ONE}/addresses")
@organisers_only
def addresses(slug: str, reference: str) -> Response | AnyResponse:
    """Reach the booker, or attendees, at another address from now on: all of what is typed, or nothing."""
    found = organising.registration_in(slug, reference)
    fields: dict[str, Place | None] = {"booker": None}
    fields |= {f"email-{place.reference}": place for place in found.places if place is not found.own_place}
    wanted, errors = _addresses(fields)
    if errors:
        return _form(found, as_values(request.form), errors)
    at = "booker"
    try:
        with writing():
            for at, email in wanted.items():
                _readdress(found, fields[at], email, was=request.form.get(f"was-{at}", ""))
    except service.AlreadyBooked:
        taken = _("Somebody with this address has a place in this gathering already.")
        return _form(organising.registration_in(slug, reference), as_values(request.form), {at: taken})
    except service.ChangedMeanwhile as changed:
        return _form(organising.registration_in(slug, reference), as_values(request.form), stands=changed.stands)
    return _done(slug, reference, "addresses")


def _addresses(fields: dict[str, Place | None]) -> tuple[dict[str, str], dict[str, str]]:
    """What was typed into those fields that were sent, and what is wrong with it."""
    wanted, errors = {}, {}
    for field, place in fields.items():
        typed = request.form.get(field)
        if typed is None:
            continue
        wanted[field] = typed.strip()
        if wanted[field] or place is None:
            wanted[field], wrong = read_address(wanted[field])
            if wrong:
                errors[field] = wrong
    return wanted, errors


def _readdress(found: Registration, place: Place | None, email: str, *, was: str) -> None:
    if place is None:
        service.readdress_booker(found.id, email, was=was)
    else:
        service.readdress_place(found.id, place.id, email, was=was)


@bp.post(f"{ONE}/language")
@organisers_only
def language(slug: str, reference: str) -> AnyResponse:
    """Write in another language from now on."""
    found, reading = organising.registration_in(slug, reference), Reading(request.form)
    wanted = reading.one_of("language", LANGUAGES, fallback=found.language)
    of_places = {
        place.id: reading.one_of(f"language-{place.reference}", LANGUAGES, fallback=place.language)
        for place in found.places
        if place.email and place is not found.own_place
    }
    with writing():
        service.speak(found.id, wanted, of_places)
    return _done(slug, reference, "language")


@bp.post(f"{ONE}/addresses/<int:mark_id>/right")
@organisers_only
def address_is_right(slug: str, reference: str, mark_id: int) -> AnyResponse:
    """Write again to an address that took no letters; somebody else may have said so a moment before."""
    found = organising.registration_in(slug, reference)
    marked = unreachable.among([found.booker.email, *(each.email for each in found.places)])
    if any(each.id == mark_id for each in marked):
        with writing():
            unreachable.clear(mark_id)
    return _done(slug, reference, "address_right")


@bp.post(f"{ONE}/letters/<int:letter_id>/again")
@organisers_only
def letter_again(slug: str, reference: str, letter_id: int) -> AnyResponse:
    """Send one of its letters once more, from what is true now."""
    found = organising.registration_in(slug, reference)
    try:
        with writing():
            service.send_again(found.id, letter_id, turn=Reading(request.form).number_of("turn") or 0)
    except service.LetterNoLongerTrue:
        return _done(slug, reference, "untrue")
    return _done(slug, reference, "sent")


@bp.post(f"{ONE}/notes")
@organisers_only
def write_note(slug: str, reference: str) -> Response | AnyResponse:
    """Keep something in mind; only organisers read it."""
    found, reading = organising.registration_in(slug, reference), Reading(request.form)
    text, note_id = reading.text("note", most=LONGEST_NOTE), reading.number_of("note_id")
    error = reading.errors.get("note") or ("" if text else _("Write what the house should keep in mind."))
    if error or note_id is None:
        return registration_page(found, status=422, note=text, error=error)
    with writing():
        service.note_down(found.id, note_id, text, by=guards.current_person().id)
    return _done(slug, reference, "noted")


@bp.post(f"{ONE}/notes/<int:note_id>/remove")
@organisers_only
def remove_note(slug: str, reference: str, note_id: int) -> AnyResponse:
    """Delete a note for good."""
    found = organising.registration_in(slug, reference)
    with writing():
        service.remove_note(found.id, note_id)
    return _done(slug, reference, "note_gone")


@bp.post(f"{ONE}/attendance")
@organisers_only
def attendance(slug: str, reference: str) -> AnyResponse:
    """Mark one attendee as `attended` or `missed`: the button names the state it leads to."""
    found = organising.registration_in(slug, reference)
    place = next((each for each in found.places if each.reference == request.form.get("place")), None)
    presence = request.form.get("presence", "")
    if place is None or place.state != "confirmed" or presence not in service.PRESENCES:
        return _done(slug, reference, "")
    try:
        with writing():
            service.mark(place.id, presence)
    except service.NotBegun:
        return _done(slug, reference, "not_begun")
    return _done(slug, reference, "marked")


def _done(slug: str, reference: str, word: str) -> AnyResponse:
    return seen_other(url_for("booking_organise.registration", slug=slug, reference=reference, done=word))
