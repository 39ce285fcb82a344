"""The care contact's own small inbox. Nobody else gets further than a page that is not there."""

from __future__ import annotations

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import current_person, signed_in, strongly
from retreats.db import writing
from retreats.feedback import service
from retreats.feedback.house_forms import known_form
from retreats.feedback.models import CareCase
from retreats.feedback.people import leaders_of
from retreats.feedback.queries import caring
from retreats.feedback.queries.answered import cared_for
from retreats.feedback.queries.complaints import complaints_for
from retreats.feedback.routes import bp
from retreats.feedback.service.care_more import releases_of
from retreats.questions.models import Question
from retreats.refusals import NotFound
from retreats.web import page, seen_other


@bp.get("/care/")
@signed_in
def care() -> Response:
    """What was told to me. Looking at the list opens nothing."""
    person = current_person()
    if not caring.is_care_contact(person.id):
        raise NotFound
    return page("feedback/care.html", cases=caring.cases_for(person.id), refusals=caring.freedom_to_refuse(person.id),
                complaints=complaints_for(person.id), answered=cared_for(person.id))  # fmt: skip


@bp.get("/care/<int:case_id>")
@signed_in
@strongly
def care_case(case_id: int) -> Response:
    """One case; its words show once it was opened."""
    case = caring.case_for(case_id, current_person().id)
    return case_page(case)


@bp.post("/care/<int:case_id>/open")
@signed_in
@strongly
def open_case(case_id: int) -> AnyResponse:
    """Read it: from now on it is seen, and that I looked is written down."""
    with writing():
        service.look_at(case_id, by=current_person())
    return seen_other(f"/care/{case_id}")


@bp.post("/care/<int:case_id>/move")
@signed_in
@strongly
def move_case(case_id: int) -> AnyResponse:
    """Say how far it has come."""
    state = request.form.get("state", "")
    with writing():
        if state.startswith("closed:"):
            service.close_case(case_id, state.removeprefix("closed:"), by=current_person())
        else:
            service.move_case(case_id, state, by=current_person())
    return seen_other(f"/care/{case_id}")


@bp.post("/care/<int:case_id>/note")
@signed_in
@strongly
def note_down(case_id: int) -> AnyResponse:
    """Keep a line for myself."""
    case = caring.case_for(case_id, current_person().id)
    text = request.form.get("note", "").strip()[:4000]
    if text:
        with writing():
            service.note_down(case.id, text, by=current_person())
    return seen_other(f"/care/{case_id}")


def case_page(
    case: CareCase, *, typed: dict[str, str] | None = None, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    """One case, with what is to correct on it."""
    return page("feedback/care_case.html", status=status, case=case, notes=caring.notes_on(case.id), choice=_choice(case),
                releases=releases_of(case.id), leaders=leaders_of(case.gathering), typed=typed or {},
                errors=errors or {})  # fmt: skip


def _choice(case: CareCase) -> dict[str, str] | None:
    """What was chosen in the form, in words."""
    form = known_form({"B": "check_in", "D": "follow_up"}.get(case.source[:1], "after"))
    questions: list[Question] = list(form.questions) if form else []
    options = next((each.options for each in questions if each.key == case.source), [])
    return next((option for option in options if option["value"] == case.choice), None)
