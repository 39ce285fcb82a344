"""A facilitator's own house: what is coming, what was asked for, the own look back, and After {gathering}."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts.guards import current_person, facilitators_only, strongly
from retreats.catalogue.models import Gathering
from retreats.db import writing
from retreats.feedback import addresses, service, timeline
from retreats.feedback.forms import ReflectionForm, marks_in
from retreats.feedback.house_forms import known_form
from retreats.feedback.people import led
from retreats.feedback.queries import correspondence, facilitating, in_short, over_time
from retreats.feedback.queries.agenda import agenda
from retreats.feedback.queries.looked_back import own_look_back
from retreats.feedback.queries.pooled import pools_for
from retreats.feedback.queries.protecting import closed_for
from retreats.feedback.queries.results import results
from retreats.feedback.queries.rounds import rounds_seen
from retreats.feedback.queries.themes import titles_of
from retreats.feedback.routes import bp
from retreats.feedback.service import reflection as looking_back
from retreats.feedback.service.coming_back import asked_back
from retreats.feedback.service.group_letter import letter_of
from retreats.feedback.service.mentioning import is_mentioned
from retreats.feedback.service.resting import rests_since
from retreats.questions.models import Question
from retreats.web import page, seen_other


@bp.get("/facilitate/")
@facilitators_only
def facilitate() -> Response:
    """My gatherings."""
    coming, past = facilitating.overview(current_person().id)
    late, due = agenda(coming, past)
    return page("feedback/facilitate.html", coming=coming, past=past, late=late, due=due, now=clock.now())


@bp.get("/facilitate/over-time")
@facilitators_only
def over_time_page() -> Response:
    """What my groups said, side by side."""
    person_id = current_person().id
    return page(
        "feedback/over_time.html",
        trends=over_time.trends(person_id),
        pooled=over_time.pooled_freedom(person_id),
        pools=pools_for(person_id),
    )


@bp.get("/facilitate/<slug>/needs")
@facilitators_only
@strongly
def needs(slug: str) -> Response:
    """What people hope for and need."""
    return _needs_page(led(slug, current_person().id))


@bp.post("/facilitate/<slug>/needs")
@facilitators_only
@strongly
def mark_needs(slug: str) -> Response | AnyResponse:
    """Say what becomes of one person's needs: all that were marked, or none with what is missing."""
    gathering, person = led(slug, current_person().id), current_person()
    marks = marks_in(request.form)
    try:
        with writing():
            for need_id, (as_, note) in marks.items():
                service.mark(need_id, gathering.id, as_, note, by=person)
    except service.MarkNeedsReason:
        wrong = {need_id for need_id, (as_, note) in marks.items() if as_ in {"cannot", "answered"} and not note}
        errors = {
            f"note_{need_id}": _("Say why not, or what the answer is: it is what they will read.") for need_id in wrong
        }
        return _needs_page(led(slug, person.id), marks=marks, errors=errors, status=422)
    return seen_other(addresses.needs_path(gathering))


@bp.get("/facilitate/<slug>/reflection")
@facilitators_only
def reflection(slug: str) -> Response:
    """The own look back: to be written, or as it was written."""
    gathering = led(slug, current_person().id)
    found = own_look_back(gathering.id, current_person().id)
    if found is not None:
        return page(
            "feedback/looked_back.html", gathering=gathering, looked_back=found, lines=found.lines(_questions())
        )
    return _reflection_page(gathering, ReflectionForm())


@bp.post("/facilitate/<slug>/reflection")
@facilitators_only
def reflect_on(slug: str) -> Response | AnyResponse:
    """Keep it; what was promised aloud becomes a promise."""
    gathering = led(slug, current_person().id)
    form = ReflectionForm.read(request.form, _questions())
    if form.errors:
        return _reflection_page(gathering, form, status=422)
    with writing():
        service.reflect(gathering, form.values, by=current_person())
    return seen_other(addresses.after_path(gathering))


@bp.get("/facilitate/<slug>/after")
@facilitators_only
def after_gathering(slug: str) -> Response:
    """After {gathering}: sixty seconds."""
    person = current_person()
    gathering = led(slug, person.id)
    found = results(gathering, person.id)
    is_open = found.state == "open"
    letter = letter_of(gathering.id) if is_open else None
    return page(
        "feedback/results.html",
        gathering=gathering,
        results=found,
        rounds=rounds_seen(gathering),
        line=in_short.line(gathering, found.answered, found.attended, letter) if is_open else "",
        minutes=in_short.minutes_for(found.to_answer),
        rows=in_short.beside_usual(gathering, found.rows, person.id) if is_open else [],
        themes=titles_of(gathering.id, person.id) if is_open else [],
        letter=letter,
        is_looked_after=is_open and is_mentioned(gathering.id),
        asked_back=asked_back(gathering.id, person.id),
        looked_back=own_look_back(gathering.id, person.id),
        rests_since=rests_since(gathering.id),
        may_reflect=not is_open and looking_back.is_open(gathering, person.id),
        closed=closed_for(gathering.id, person.id, gathering.zone) if is_open else None,
        contact=gathering.care_contact.name if gathering.care_contact else "",
        today=clock.now(),
    )


@bp.post("/facilitate/<slug>/after/open")
@facilitators_only
def open_results(slug: str) -> AnyResponse:
    """Read what was released."""
    gathering = led(slug, current_person().id)
    with writing():
        service.open_batches(gathering.id, by=current_person())
    return seen_other(addresses.after_path(gathering))


def _questions() -> list[Question]:
    form = known_form("reflection")
    return list(form.questions) if form else []


def _reflection_page(gathering: Gathering, form: ReflectionForm, *, status: int = 200) -> Response:
    person = current_person()
    if not looking_back.is_open(gathering, person.id):
        raise service.ReflectionOver(
            _("You can look back once, after the end and before you have read what others say.")
        )
    return page("feedback/reflection.html", status=status, gathering=gathering, form=form, questions=_questions())


def _needs_page(
    gathering: Gathering, *, marks: dict[int, tuple[str, str]] | None = None, errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    form = known_form("intention")
    return page(
        "feedback/needs.html",
        status=status,
        gathering=gathering,
        attendees=facilitating.preparation(gathering),
        questions={question.key: question for question in form.questions} if form else {},
        need_words=correspondence.need_words,
        due_at=timeline.NEEDS_TOLD.due_at(gathering),
        marks=marks or {},
        errors=errors or {},
    )
