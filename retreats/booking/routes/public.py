"""Booking a place, and joining the waiting list: for everyone, without an account."""

from __future__ import annotations

from flask import Blueprint, Response, g, request
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts.guards import by_person, open_to_everyone
from retreats.booking import queries, service
from retreats.booking.addresses import pay_path, registration_path
from retreats.booking.discreet import neutral_title
from retreats.booking.forms import Guest, RegistrationForm, WaitingForm
from retreats.booking.models import Registration
from retreats.booking.opening import Opening, lapsed_places, opening
from retreats.booking.service.register import LARGEST_PARTY, send_link_again
from retreats.catalogue import queries as catalogue
from retreats.catalogue.models import Gathering
from retreats.catalogue.service import GatheringFull, NotOpen
from retreats.db import writing
from retreats.languages import language
from retreats.questions.queries import asked_when_booking
from retreats.web import limiter, page, seen_other

bp = Blueprint("booking", __name__)


def _told_of_a_booking(_answer: Response) -> bool:
    """Whether this answer said that an address has a place already (docs/decisions/already-booked.md)."""
    return bool(g.get("told_of_a_booking"))


def _took_places(_answer: Response) -> bool:
    """Whether this answer took places: one network, or one person signed in, takes a few in half an hour and no house full."""
    return bool(g.get("taken_places"))


def _how_many_taken() -> int:
    """As many as were taken; before that, as many as are asked for."""
    asked = request.form.get("party", "1")
    return int(
        g.get("taken_places") or (min(int(asked[:2]), LARGEST_PARTY) if asked.isascii() and asked.isdigit() else 1)
    )


def _opening(gathering: Gathering) -> Opening:
    now = clock.now()
    return opening(gathering, now=now, lapsed=lapsed_places([gathering.id], now=now).get(gathering.id, 0))


@bp.get("/gatherings/<slug>/register")
@open_to_everyone
def register_form(slug: str) -> Response | AnyResponse:
    """The form, for as many as `?party=` says."""
    gathering = catalogue.bookable(slug)
    party = request.args.get("party", "1")
    form = RegistrationForm.fresh(gathering, party=int(party) if party.isascii() and party.isdigit() else 1)
    return _form_page(gathering, form)


def _form_page(gathering: Gathering, form: RegistrationForm, *, status: int = 200, full: bool = False) -> Response:
    return page(
        "booking/register.html",
        status=status,
        gathering=gathering,
        form=form,
        full=full,
        opening=_opening(gathering),
        questions=asked_when_booking(gathering.id),
        terms=catalogue.terms_in_force(),
        neutral_title=neutral_title(gathering),
    )


@bp.post("/gatherings/<slug>/register")
@open_to_everyone
@limiter.limit("30 per minute")
@limiter.limit("6 per hour", deduct_when=_told_of_a_booking)
@limiter.limit("12 per 30 minutes", key_func=by_person, deduct_when=_took_places, cost=_how_many_taken)
def register(slug: str) -> Response | AnyResponse:  # noqa: PLR0911  (one for each way it can end)
    """Take the form in: 303 to paying or to the booking; 422 with the input kept; 409 when there are too few places."""
    gathering = catalogue.bookable(slug)
    terms = catalogue.terms_in_force()
    form = RegistrationForm.read(request.form, gathering, asked_when_booking(gathering.id), terms)
    if "more" in request.form:
        return _with_one_more(gathering, form)
    if form.errors or form.ticket_type_id is None:
        return _form_page(gathering, form, status=422)
    try:
        with writing():
            registration = service.register(
                gathering.id, form.ticket_type_id, form.party(language=language(), terms=terms)
            )
    except GatheringFull:
        return _form_page(catalogue.bookable(slug), form, status=409, full=True)
    except NotOpen:
        return _form_page(catalogue.bookable(slug), form, status=409)
    except service.TermsNotAccepted:
        form.errors["terms"] = _("The terms have changed just now. Please read the new ones.")
        return _form_page(catalogue.bookable(slug), form, status=422)
    except service.AlreadyBooked as booked:
        return _already_booked(slug, booked)
    except IntegrityError:
        return _after_a_twin(slug, form)
    g.taken_places = len(registration.places)
    return seen_other(_next_of(registration))


def _with_one_more(gathering: Gathering, form: RegistrationForm) -> Response:
    """The form again, with room for one more person and everything typed kept."""
    if len(form.guests) < LARGEST_PARTY:
        form.guests.append(Guest())
    form.errors.clear()
    return _form_page(gathering, form)


def _next_of(registration: Registration) -> str:
    return pay_path(registration) if registration.state == "held" else registration_path(registration)


def _already_booked(slug: str, booked: service.AlreadyBooked) -> Response:
    """Tell whoever asks no more than they typed, and send the link to the booking's owner."""
    with writing():
        send_link_again(booked.registration_id)
    return _there_is_one(slug, booked.email)


def _after_a_twin(slug: str, form: RegistrationForm) -> Response | AnyResponse:
    """The same form, or the same address, won the race a moment ago: show what it made."""
    before = queries.by_form_key(form.key)
    return _there_is_one(slug, form.guests[0].email) if before is None else seen_other(_next_of(before))


def _there_is_one(slug: str, email: str) -> Response:
    g.told_of_a_booking = True
    return page("booking/already_booked.html", status=409, gathering=catalogue.bookable(slug), email=email)


@bp.get("/gatherings/<slug>/wait")
@open_to_everyone
def wait_form(slug: str) -> Response:
    """The waiting list's form."""
    gathering = catalogue.bookable(slug)
    return page("booking/wait.html", gathering=gathering, form=WaitingForm(), opening=_opening(gathering))


@bp.post("/gatherings/<slug>/wait")
@open_to_everyone
@limiter.limit("10 per minute")
def wait(slug: str) -> Response | AnyResponse:
    """Put somebody on the list of a full gathering."""
    gathering = catalogue.bookable(slug)
    form, state = WaitingForm.read(request.form), _opening(gathering)
    if form.errors or not state.can_wait:
        return page("booking/wait.html", status=422 if form.errors else 409, gathering=gathering, form=form,
                    opening=state)  # fmt: skip
    with writing():
        service.join_waiting_list(
            gathering.id, name=form.name, email=form.email, party=form.party, note=form.note, language=language()
        )
    return seen_other(f"/gatherings/{slug}/waiting")


@bp.get("/gatherings/<slug>/waiting")
@open_to_everyone
def waiting(slug: str) -> Response:
    """You are on the list; what happens next."""
    return page("booking/waiting.html", gathering=catalogue.bookable(slug))
