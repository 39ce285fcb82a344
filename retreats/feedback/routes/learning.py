"""A facilitator's own two logs: development and supervision, and a year of both as evidence."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts.guards import current_person, facilitators_only, one_at_a_time, strongly
from retreats.db import db, new_id, writing
from retreats.feedback import evidence
from retreats.feedback.house_forms import known_form
from retreats.feedback.learning_forms import TEXTS, DevelopmentForm, SupervisionForm, hours_of
from retreats.feedback.models import Development, Supervision
from retreats.feedback.queries import learning as reading
from retreats.feedback.queries.results import SHOWN
from retreats.feedback.routes import bp
from retreats.feedback.service import learning
from retreats.feedback.service.unquotable import QuotesSomebody
from retreats.languages import local
from retreats.questions.models import Question
from retreats.refusals import NotFound
from retreats.spreadsheets import as_csv
from retreats.web import page, seen_other

LOG = "/facilitate/learning"


@bp.get(f"{LOG}/")
@facilitators_only
def learning_log() -> Response:
    """Both logs."""
    person_id = current_person().id
    return page(
        "feedback/learning.html",
        entries=reading.entries(person_id),
        supervisions=reading.supervisions(person_id),
        years=reading.years(person_id),
        hours_of=hours_of,
        kinds=evidence.kinds(),
    )


@bp.get(f"{LOG}/new")
@facilitators_only
def new_entry() -> Response:
    """An empty entry."""
    return _entry_page(new_id(), DevelopmentForm(values={"day": _today()}))


@bp.get(f"{LOG}/<int:entry_id>")
@facilitators_only
def entry(entry_id: int) -> Response:
    """One entry, to go on with."""
    row = db.session.get(Development, entry_id)
    if row is None or row.person_id != current_person().id:
        raise NotFound
    values = {name: getattr(row, name) or "" for name in TEXTS} | {
        "kind": row.kind, "day": row.day, "hours": hours_of(row.minutes), "gathering": str(row.gathering_id or ""),
        "tries_in": str(row.tries_in_id or ""), "item": row.item,
        "public_en": row.public.get("en", ""), "public_pt": row.public.get("pt", ""),
    }  # fmt: skip
    return _entry_page(entry_id, DevelopmentForm(values=values), is_kept=True)


@bp.post(f"{LOG}/<int:entry_id>")
@facilitators_only
def keep_entry(entry_id: int) -> Response | AnyResponse:
    """Keep it."""
    form = DevelopmentForm.read(request.form)
    row = db.session.get(Development, entry_id)
    if row is not None and row.person_id != current_person().id:
        raise NotFound
    if not form.errors:
        try:
            with writing():
                learning.keep_entry(entry_id, form.learned(), by=current_person())
            return seen_other(f"{LOG}/#entry-{entry_id}")
        except learning.NotTheirs:
            form.errors["gathering"] = _("Choose among what you lead or led.")
        except QuotesSomebody:
            form.errors["public_en"] = _(
                "Eight words in a row are somebody’s own, and they did not allow to be quoted. Please say it in your words."
            )
    return _entry_page(entry_id, form, is_kept=row is not None, status=422)


@bp.post(f"{LOG}/<int:entry_id>/remove")
@facilitators_only
def remove_entry(entry_id: int) -> AnyResponse:
    """Take it away."""
    with writing():
        learning.remove_entry(entry_id, by=current_person())
    return seen_other(f"{LOG}/")


@bp.get(f"{LOG}/supervision/new")
@facilitators_only
def new_supervision() -> Response:
    """An empty entry."""
    return _supervision_page(new_id(), SupervisionForm(values={"day": _today()}))


@bp.get(f"{LOG}/supervision/<int:supervision_id>")
@facilitators_only
def one_supervision(supervision_id: int) -> Response:
    """One supervision, to go on with."""
    row = db.session.get(Supervision, supervision_id)
    if row is None or row.person_id != current_person().id:
        raise NotFound
    values = {"kind": row.kind, "day": row.day, "hours": hours_of(row.minutes), "supervisor": row.supervisor or "",
              "agreed": row.agreed or ""}  # fmt: skip
    return _supervision_page(supervision_id, SupervisionForm(values=values), is_kept=True)


@bp.post(f"{LOG}/supervision/<int:supervision_id>")
@facilitators_only
def keep_supervision(supervision_id: int) -> Response | AnyResponse:
    """Keep it."""
    form = SupervisionForm.read(request.form)
    row = db.session.get(Supervision, supervision_id)
    if row is not None and row.person_id != current_person().id:
        raise NotFound
    if form.errors:
        return _supervision_page(supervision_id, form, is_kept=row is not None, status=422)
    with writing():
        learning.keep_supervision(supervision_id, form.supervised(), by=current_person())
    return seen_other(f"{LOG}/#supervision")


@bp.post(f"{LOG}/supervision/<int:supervision_id>/remove")
@facilitators_only
def remove_supervision(supervision_id: int) -> AnyResponse:
    """Take it away."""
    with writing():
        learning.remove_supervision(supervision_id, by=current_person())
    return seen_other(f"{LOG}/#supervision")


@bp.get(f"{LOG}/year/<int:year>")
@facilitators_only
@strongly
def evidence_page(year: int) -> Response:
    """A year of both, to be printed."""
    person = current_person()
    return page("feedback/evidence.html", year=year, person=person, evidence=evidence.of_year(person.id, year),
                now=clock.now(), hours_of=hours_of)  # fmt: skip


@bp.post(f"{LOG}/year/<int:year>/file")
@facilitators_only
@strongly
@one_at_a_time
def evidence_file(year: int) -> Response:
    """The same as a table; the history says that it was taken."""
    person_id = current_person().id
    with writing():
        evidence.note_taken(person_id, year)
    heads, rows = evidence.table(person_id, year)
    return Response(
        list(as_csv(heads, rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="development-{year}.csv"'},
    )


def _today() -> str:
    return local(clock.now()).date().isoformat()


def _entry_page(entry_id: int, form: DevelopmentForm, *, is_kept: bool = False, status: int = 200) -> Response:
    person_id = current_person().id
    decisions = reading.my_decisions(person_id, entry_id)
    chosen = form.decisions or {each.id for each in decisions if each.development_id == entry_id}
    return _page("development", entry_id, form, is_kept, status, gatherings=reading.my_gatherings(person_id),
                 questions=_questions(), decisions=decisions, chosen=sorted(chosen),
                 found=next((each for each in reading.entries(person_id) if each.row.id == entry_id), None))  # fmt: skip


def _supervision_page(entry_id: int, form: SupervisionForm, *, is_kept: bool = False, status: int = 200) -> Response:
    return _page("supervision_entry", entry_id, form, is_kept, status)


def _page(template: str, entry_id: int, form: Any, is_kept: bool, status: int, **values: object) -> Response:  # noqa: FBT001  # Any: either form
    return page(f"feedback/{template}.html", status=status, entry_id=entry_id, form=form, is_kept=is_kept,
                kinds=evidence.kinds(), **values)  # fmt: skip


def _questions() -> list[Question]:
    form = known_form("after")
    return [each for each in form.questions if each.key in SHOWN] if form else []
