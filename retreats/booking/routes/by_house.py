"""Booking for somebody who calls or stands at the door: the organiser's form."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts.guards import organisers_only
from retreats.booking import queries, service
from retreats.booking.forms import Guest, RegistrationForm
from retreats.booking.models import BY_HAND, Registration
from retreats.booking.opening import lapsed_places, opening
from retreats.booking.service.register import LARGEST_PARTY
from retreats.catalogue import queries as catalogue
from retreats.catalogue import service as gatherings
from retreats.catalogue.models import Gathering, Terms
from retreats.catalogue.service import GatheringFull, NotOpen
from retreats.db import writing
from retreats.languages import LANGUAGES, language
from retreats.reading import Reading
from retreats.web import page, seen_other

bp = Blueprint("booking_by_house", __name__)
BOOKABLE = {"open", "few", "full", "not_yet", "closed"}
"""Also before booking opens and after it has closed; the capacity holds for the house too."""


@dataclass
class HouseForm:
    """A booking as an organiser typed it: who comes, and what was said about paying."""

    booking: RegistrationForm
    language: str
    pays_by: str = "link"
    until: str = ""
    keep_until: datetime | None = None
    confirms: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def fresh(cls, gathering: Gathering) -> HouseForm:
        """An empty form."""
        return cls(booking=RegistrationForm.fresh(gathering), language=language())

    @classmethod
    def read(cls, sent: MultiDict[str, str], gathering: Gathering, terms: Terms | None) -> HouseForm:
        """What was sent, with every mistake in it named."""
        reading, booking = Reading(sent), RegistrationForm.read(sent, gathering, [], terms)
        form = cls(
            booking=booking,
            language=reading.one_of("language", LANGUAGES, fallback=language()),
            pays_by=reading.one_of("pays_by", service.WAYS),
            until=sent.get("until", ""),
            keep_until=reading.moment("until", gathering.zone),
            confirms=reading.ticked("confirms"),
        )
        if not form.pays_by:
            reading.errors["pays_by"] = _("Choose how it is paid.")
        if form.keep_until is not None and form.keep_until <= clock.now():
            reading.errors["until"] = _("Choose a moment that is still to come, or leave it empty for three days.")
        if form.confirms and form.pays_by not in BY_HAND:
            reading.errors["confirms"] = _("Only what is paid in cash or by transfer can be confirmed unpaid.")
        if "terms" in booking.errors:
            booking.errors["terms"] = _("Read the terms out, and tick this when they were accepted.")
        form.errors = booking.errors | reading.errors
        return form

    def arrangement(self) -> service.Arrangement:
        """What was said about paying. Only for a form without errors."""
        return service.Arrangement(pays_by=self.pays_by, keep_until=self.keep_until, confirms=self.confirms,
                                   read_out=self.booking.terms)  # fmt: skip


@bp.get("/organise/gatherings/<slug>/book")
@organisers_only
def form(slug: str) -> Response:
    """The form, empty."""
    gathering = gatherings.opened(slug)
    return _page(gathering, HouseForm.fresh(gathering))


@bp.post("/organise/gatherings/<slug>/book")
@organisers_only
def book(slug: str) -> Response | AnyResponse:
    """Take the places for them: 303 to the registration; what is missing or full is said with the input kept."""
    gathering, terms = gatherings.opened(slug), catalogue.terms_in_force()
    form = HouseForm.read(request.form, gathering, terms)
    if "more" in request.form:
        return _with_one_more(gathering, form)
    if form.errors or form.booking.ticket_type_id is None:
        return _page(gathering, form, status=422)
    try:
        registration = _booked(gathering, form, terms)
    except (GatheringFull, NotOpen):
        return _page(gatherings.opened(slug), form, status=409, too_few=True)
    except service.TermsNotAccepted:
        form.errors["terms"] = _("The terms have changed just now. Please read the new ones.")
        return _page(gatherings.opened(slug), form, status=422)
    except (service.AlreadyBooked, IntegrityError):
        return _after_a_twin(slug, form)
    return _to(slug, registration)


def _booked(gathering: Gathering, form: HouseForm, terms: Terms | None) -> Registration:
    party, ticket_type_id = form.booking.party(language=form.language, terms=terms), form.booking.ticket_type_id
    with writing():
        return service.register_by_house(gathering.id, ticket_type_id or 0, party, form.arrangement())


def _after_a_twin(slug: str, form: HouseForm) -> Response | AnyResponse:
    """The same form won the race a moment ago, or somebody of the party has a place already: which, the page says."""
    before = queries.by_form_key(form.booking.key)
    if before is not None:
        return _to(slug, before)
    gathering = gatherings.opened(slug)
    taken = queries.with_a_place(gathering.id)
    for index, guest in enumerate(form.booking.guests):
        if guest.email.lower() in taken:
            form.errors[f"email-{index}"] = _("Somebody with this address has a place in this gathering already.")
    return _page(gathering, form, status=409)


def _with_one_more(gathering: Gathering, form: HouseForm) -> Response:
    """The form again, with room for one more person and everything typed kept."""
    if len(form.booking.guests) < LARGEST_PARTY:
        form.booking.guests.append(Guest())
    form.errors.clear()
    return _page(gathering, form)


def _page(gathering: Gathering, form: HouseForm, *, status: int = 200, too_few: bool = False) -> Response:
    now = clock.now()
    state = opening(gathering, now=now, lapsed=lapsed_places([gathering.id], now=now).get(gathering.id, 0))
    return page("booking/organise/book.html", status=status, gathering=gathering, form=form, errors=form.errors,
                opening=state, can_book=state.answer in BOOKABLE, too_few=too_few, languages=LANGUAGES,
                terms=catalogue.terms_in_force())  # fmt: skip


def _to(slug: str, registration: Registration) -> AnyResponse:
    return seen_other(
        url_for("booking_organise.registration", slug=slug, reference=registration.reference, done="booked")
    )
