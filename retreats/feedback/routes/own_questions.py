"""Questions of a gathering's own for the form after it: written by those who lead it or by an organiser, until it opens."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import current_person, facilitators_only, organisers_only
from retreats.catalogue import service as catalogue
from retreats.catalogue.models import Gathering
from retreats.db import writing
from retreats.feedback import timeline
from retreats.feedback.own_question_forms import OwnQuestionsForm, fields_of, sessions_to_choose
from retreats.feedback.own_questions import labelled
from retreats.feedback.people import led
from retreats.feedback.routes import bp
from retreats.feedback.service import own_questions as service
from retreats.feedback.service.form_choices import is_asked_after
from retreats.questions.service import FormChanged
from retreats.reading import Values
from retreats.web import page, seen_other


@bp.get("/facilitate/<slug>/own-questions")
@facilitators_only
def own_questions(slug: str) -> Response:
    """What I ask besides."""
    return _page(led(slug, current_person().id), "/facilitate/")


@bp.post("/facilitate/<slug>/own-questions")
@facilitators_only
def ask_own_questions(slug: str) -> Response | AnyResponse:
    """Ask this."""
    return _save(led(slug, current_person().id), "/facilitate/")


@bp.get("/organise/loop/<slug>/own-questions")
@organisers_only
def own_questions_of(slug: str) -> Response:
    """What one gathering asks besides."""
    return _page(catalogue.opened(slug), "/organise/loop")


@bp.post("/organise/loop/<slug>/own-questions")
@organisers_only
def ask_own_questions_of(slug: str) -> Response | AnyResponse:
    """Ask this."""
    return _save(catalogue.opened(slug), "/organise/loop")


def _save(gathering: Gathering, back: str) -> Response | AnyResponse:
    form = OwnQuestionsForm(gathering, request.form, service.asked_after(gathering.id))
    form.refuse_scores(service.scores(gathering, form.asked))
    if form.errors:
        return _page(gathering, back, values=form.values, errors=form.errors, status=422)
    try:
        with writing():
            service.ask_after(gathering.id, form.asked, version=form.version)
    except service.QuestionsFrozen:
        raise service.QuestionsFrozen(
            _("The form has opened: people answer what they were asked, and nothing else is asked any more.")
        ) from None
    except FormChanged:
        sentence = _("Somebody changed these questions meanwhile. Look at them again, and then keep yours.")
        return _page(gathering, back, values=form.values, errors={"label_1_en": sentence}, status=409)
    return seen_other(f"{request.path}?said=kept")


def _page(
    gathering: Gathering, back: str, *, values: Values | None = None, errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    stands = service.asked_after(gathering.id)
    return page(
        "feedback/own_questions.html", status=status, gathering=gathering, back=back, errors=errors or {},
        stands=[(each, labelled(each)) for each in stands], version=service.version_of(gathering.id),
        values=values if values is not None else fields_of(gathering, stands),
        sessions=sessions_to_choose(gathering, stands), may_ask=service.may_ask(gathering), is_off=not is_asked_after(gathering.id),
        opens=timeline.OPENS.due_at(gathering), said=request.args.get("said", ""),
    )  # fmt: skip
