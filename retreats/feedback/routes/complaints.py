"""Complaints: written by everyone, followed by their authors' own links, read by somebody they are not about."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts.guards import by_own_link, current_person, open_to_everyone, signed_in, strongly
from retreats.db import db, writing
from retreats.feedback.before_forms import Typed, read_complaint
from retreats.feedback.models import Complaint
from retreats.feedback.queries import complaints as queries
from retreats.feedback.routes import bp
from retreats.feedback.routes.speaking import speak
from retreats.feedback.service import complaints
from retreats.feedback.service.rules import rules_of
from retreats.languages import language
from retreats.reading import Reading
from retreats.web import limiter, page, seen_other

MOST = 8000


@bp.get("/complaint/")
@open_to_everyone
def complain_form() -> Response:
    """The form, the two clocks, and where else one can turn."""
    return _form_page(Typed.fresh(gathering=request.args.get("gathering", "")))


@bp.post("/complaint/")
@open_to_everyone
@limiter.limit("5 per minute")
@limiter.limit("20 per hour")
def complain() -> Response | AnyResponse:
    """Take it in, and lead to the page by which its author follows it."""
    gatherings, leaders = queries.to_complain_about()
    form, filed = read_complaint(
        request.form, language=language(), gatherings={each.slug: each.id for each in gatherings},
        leaders={person_id for person_id, _name in leaders},
    )  # fmt: skip
    if form.errors:
        return _form_page(form, status=422)
    try:
        with writing():
            found = complaints.file(filed)
    except complaints.NobodyToRead:
        form.errors["about"] = _("In this house there is nobody to read this whom it might not be about. Please use the "
                                 "complaints book: it reaches an authority outside.")  # fmt: skip
        return _form_page(form, status=409)
    except IntegrityError:
        found = db.session.scalars(select(Complaint).where(Complaint.form_key == filed.form_key)).one()
    return seen_other(f"/complaint/{complaints.token_of(found)}")


@bp.get("/complaint/<token>")
@by_own_link
def my_complaint(token: str) -> Response:
    """What I wrote, who reads it, by when, and what was answered."""
    return _mine(_of(token), token)


@bp.post("/complaint/<token>/add")
@by_own_link
def add_to_complaint(token: str) -> Response | AnyResponse:
    """Write more."""
    found, read = _of(token), Reading(request.form)
    text = read.text("text", most=MOST)
    if not text:
        read.errors["text"] = _("Write what you would like to add.")
    if read.errors:
        return _mine(found, token, text=text, errors=read.errors, status=422)
    with writing():
        complaints.add(found.id, text)
    return seen_other(f"/complaint/{token}")


@bp.post("/complaint/<token>/withdraw")
@by_own_link
def withdraw_complaint(token: str) -> AnyResponse:
    """Take it back."""
    found = _of(token)
    with writing():
        complaints.withdraw(found.id)
    return seen_other(f"/complaint/{token}")


@bp.get("/complaints/<int:complaint_id>")
@signed_in
@strongly
def complaint(complaint_id: int) -> Response:
    """One of those that I read; its words show once it was opened."""
    return _read_page(complaints.read_by(complaint_id, current_person()))


@bp.post("/complaints/<int:complaint_id>/open")
@signed_in
@strongly
def open_complaint(complaint_id: int) -> AnyResponse:
    """Read it: that I looked is written down."""
    with writing():
        complaints.open_complaint(complaint_id, by=current_person())
    return seen_other(f"/complaints/{complaint_id}")


@bp.post("/complaints/<int:complaint_id>/acknowledge")
@signed_in
@strongly
def acknowledge_complaint(complaint_id: int) -> AnyResponse:
    """Say that it has arrived."""
    text = Reading(request.form).text("first", most=MOST)[:MOST]
    with writing():
        complaints.acknowledge(complaint_id, text, by=current_person())
    return seen_other(f"/complaints/{complaint_id}")


@bp.post("/complaints/<int:complaint_id>/answer")
@signed_in
@strongly
def answer_complaint(complaint_id: int) -> Response | AnyResponse:
    """Answer it."""
    found, read = complaints.read_by(complaint_id, current_person()), Reading(request.form)
    text = read.text("answer", most=MOST)
    if not text:
        read.errors["answer"] = _("Write your answer first.")
    if read.errors:
        return _read_page(found, typed={"answer": text}, errors=read.errors, status=422)
    with writing():
        complaints.answer(complaint_id, text, by=current_person())
    return seen_other(f"/complaints/{complaint_id}")


@bp.post("/complaints/<int:complaint_id>/note")
@signed_in
@strongly
def note_on_complaint(complaint_id: int) -> AnyResponse:
    """Keep a line for myself."""
    text = Reading(request.form).text("note", most=MOST)[:MOST]
    found = complaints.read_by(complaint_id, current_person())
    if text:
        with writing():
            complaints.note(found.id, text, by=current_person())
    return seen_other(f"/complaints/{complaint_id}")


def _form_page(form: Typed, *, status: int = 200) -> Response:
    gatherings, leaders = queries.to_complain_about()
    return page(
        "feedback/complain.html", status=status, form=form, gatherings=gatherings, leaders=leaders, rules=rules_of()
    )


def _of(token: str) -> Complaint:
    found = complaints.of_token(token)
    speak(found.language)
    return found


def _mine(
    found: Complaint, token: str, *, text: str = "", errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    shown = [each for each in found.lines if each.kind != "note"]
    return page("feedback/complaint_mine.html", status=status, complaint=found, token=token, lines=shown, text=text,
                errors=errors or {}, rules=rules_of())  # fmt: skip


def _read_page(
    found: Complaint, *, typed: dict[str, str] | None = None, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    return page("feedback/complaint.html", status=status, complaint=found, typed=typed or {}, errors=errors or {},
                now=clock.now())  # fmt: skip
