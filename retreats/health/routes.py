"""An attendee's page about health, by their own link, and the page of those who were ticked."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts import guards
from retreats.accounts.access import REASONS
from retreats.accounts.guards import by_own_link, facilitators_only, strongly
from retreats.booking import addresses
from retreats.booking import queries as bookings
from retreats.booking.models import TAKING, Place
from retreats.booking.organising import led_by
from retreats.db import writing
from retreats.health import queries, service
from retreats.languages import language
from retreats.questions import reading
from retreats.refusals import NotFound
from retreats.web import page, seen_other

bp = Blueprint("health", __name__)


@bp.get("/places/<reference>/health")
@by_own_link
def form(reference: str) -> Response:
    """What the gathering asks about health, what was answered, and who may read it."""
    return _form(_place(reference, request.args.get("key", "")))


@bp.post("/places/<reference>/health")
@by_own_link
def give(reference: str) -> AnyResponse:
    """Keep the answers, if somebody was ticked and the consent was."""
    place = _place(reference, request.form.get("key", ""))
    questions = queries.questions_about_health(place.gathering_id)
    answers, errors = reading.read(questions, request.form, prefix="q")
    leaders = {each.id for each in queries.leaders_of(place.gathering)}
    readers = {each for each in leaders if str(each) in request.form.getlist("readers")}
    if not readers:
        errors["readers"] = _("Tick at least one person who may read it. Without a reader we keep nothing.")
    if not request.form.get("consent"):
        errors["consent"] = _(
            "Tick this if you agree. If you do not, leave the page: nothing is kept, and your place stays."
        )
    if not any(answers.values()):
        errors[f"q-{questions[0].key}"] = _("Write at least one answer, or leave the page.")
    if errors:
        return _form(place, answers=answers, readers=readers, errors=errors)
    with writing():
        service.give(place.id, answers, readers=readers, language=language())
    return seen_other(_path(place) + "&saved=yes")


@bp.post("/places/<reference>/health/withdraw")
@by_own_link
def withdraw(reference: str) -> AnyResponse:
    """Take consent back; the answers are gone with the answer to this."""
    place = _place(reference, request.form.get("key", ""))
    with writing():
        service.withdraw(place.id)
    return seen_other(_path(place) + "&withdrawn=yes")


@bp.get("/facilitate/<slug>/health")
@facilitators_only
@strongly
def told(slug: str) -> Response:
    """Who told me something. Looking at the list opens nothing; the words show once the look was written down."""
    person = guards.current_person()
    gathering = led_by(slug, person.id)
    return page("health/told.html", gathering=gathering, told=queries.told(gathering, person.id),
                is_readable=queries.is_readable(gathering), readable_days=queries.READABLE.days)  # fmt: skip


@bp.post("/facilitate/<slug>/places/<reference>/health")
@facilitators_only
@strongly
def open_one(slug: str, reference: str) -> AnyResponse:
    """Look at what one attendee told me: who, why and on which day is written down, and they see it."""
    person = guards.current_person()
    gathering = led_by(slug, person.id)
    why = request.form.get("why", "")
    with writing():
        service.open_to(gathering, reference, reader_id=person.id, why=why if why in REASONS else REASONS[0])
    return seen_other(url_for("health.told", slug=slug) + f"#{reference}")


def _place(reference: str, key: str) -> Place:
    """A place with something to answer or to take back. Raises NotFound."""
    place = bookings.place_by_own_link(reference, key)
    asks = queries.questions_about_health(place.gathering_id)
    if (place.state not in TAKING or not asks) and queries.consent_of(place.id) is None:
        raise NotFound
    return place


def _path(place: Place) -> str:
    return url_for("health.form", reference=place.reference, key=addresses.place_key(place))


def _is_theirs(place: Place) -> bool:
    """Whether whoever this is about is signed in here. A link can be passed on: it opens the form, never the answers."""
    person = guards.visitor()
    return person is not None and person.id == place.person_id


def _form(place: Place, *, answers: dict[int, str] | None = None, readers: set[int] | None = None,
          errors: dict[str, str] | None = None) -> Response:  # fmt: skip
    consent = queries.consent_of(place.id)
    return page(
        "health/health.html",
        place=place,
        gathering=place.gathering,
        back=addresses.place_path(place),
        key=addresses.place_key(place),
        questions=queries.questions_about_health(place.gathering_id),
        leaders=queries.leaders_of(place.gathering),
        answers=(queries.answers_of(place.id) if _is_theirs(place) else {}) if answers is None else answers,
        is_hidden=consent is not None and not _is_theirs(place),
        readers={each.person_id for each in consent.readers} if consent and readers is None else readers or set(),
        consent=consent,
        looks=queries.looks(place.id),
        is_open=place.state in TAKING and queries.is_readable(place.gathering),
        days=queries.READABLE.days,
        errors=errors or {},
        status=422 if errors else 200,
    )
