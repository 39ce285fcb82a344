"""One's own page: bookings, letters, a calendar to subscribe to, and the way to one's reflections. It only reads."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from retreats import clock
from retreats.accounts import guards
from retreats.accounts.guards import signed_in
from retreats.accounts.models import Person
from retreats.booking import addresses, queries
from retreats.booking import service as booking
from retreats.booking.models import Place, Registration
from retreats.feedback import queries as feedback
from retreats.mail import queries as mail
from retreats.mail import service as letters
from retreats.pages import led_feed, own_feed
from retreats.pages.bookings import readable, state_of
from retreats.refusals import NotFound
from retreats.web import page

bp = Blueprint("me", __name__)
MOST_LETTERS = 30


@bp.get("/me/")
@signed_in
def me() -> Response:
    """Everything of one's own, in one place."""
    person = guards.current_person()
    booked = [_Booked(each) for each in queries.of_person(person.id)]
    places = [
        each
        for each in queries.places_of_person(person.id)
        if each.registration.booker_id != person.id and each.state in {"held", "confirmed"}
    ]
    return page(
        "pages/me.html",
        person=person,
        coming=[each for each in booked if each.is_ahead],
        past=[each for each in booked if not each.is_ahead],
        places=[(each, addresses.place_path(each)) for each in places],
        feed=own_feed.address(person),
        led_feed=led_feed.address(person) if person.has_role("facilitator") else "",
        is_care_contact=feedback.is_care_contact(person.id),
    )


class _Booked:
    """A registration as its booker sees it in a list."""

    def __init__(self, registration: Registration) -> None:
        self.registration, self.gathering = registration, registration.gathering
        self.state = state_of(registration)
        self.path = addresses.registration_path(registration)
        self.pay_path = addresses.pay_path(registration) if self.state == "held" else None
        self.owed = booking.owed(registration) if self.state == "held" else 0
        self.hold_until = booking.hold_ends(registration) if self.state == "held" else None
        self.is_ahead = self.state in {"held", "confirmed"} and not self.gathering.has_ended(clock.now())


@bp.get("/me/letters/")
@signed_in
def my_letters() -> Response:
    """The letters the house wrote, newest first."""
    found = mail.on_shelf(*_shelves(guards.current_person()))[:MOST_LETTERS]
    return page("pages/my_letters.html", letters=readable(found))


@bp.get("/me/letters/<int:letter_id>")
@signed_in
def my_letter(letter_id: int) -> Response:
    """One of them again, composed from what is true now."""
    shelves = _shelves(guards.current_person())
    letter = next((each for each in mail.on_shelf(*shelves) if each.id == letter_id), None)
    if letter is None:
        raise NotFound
    try:
        words = letters.composed(letter)
    except letters.NoLongerNeeded as gone:
        raise NotFound from gone
    return page("pages/letter.html", letter=letter, words=words, back=url_for("me.my_letters"))


def _shelves(person: Person) -> list[str]:
    registrations: list[Registration] = queries.of_person(person.id)
    places: list[Place] = queries.places_of_person(person.id)
    return [
        f"person:{person.id}",
        *(f"registration:{each.id}" for each in registrations),
        *(f"place:{each.id}" for each in places),
        *(f"waiting:{each}" for each in queries.waiting_entries_of(person.email)),
    ]
