"""Rules that organisers may tighten, and what a year of listening came to: preview, page, table."""

from __future__ import annotations

import hashlib

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import open_to_everyone, organisers_only
from retreats.catalogue import service as catalogue
from retreats.catalogue.models import Gathering
from retreats.db import db, writing
from retreats.feedback import service
from retreats.feedback.models import FormWindow
from retreats.feedback.queries import counting, over_time, yearly
from retreats.feedback.queries.sides import sides
from retreats.feedback.routes import bp
from retreats.feedback.service.report import AlreadyPublished, YearNotOver, publish_year
from retreats.feedback.service.thresholds import NotRaised, raise_threshold
from retreats.refusals import NotFound
from retreats.spreadsheets import Value, as_csv
from retreats.web import cacheable, page, seen_other

LOOP = "/organise/loop"
LONGEST_LINE = 600


@bp.get(f"{LOOP}/<slug>/threshold")
@organisers_only
def threshold(slug: str) -> Response:
    """How many have to have answered before anything shows."""
    return _threshold_page(catalogue.opened(slug))


@bp.post(f"{LOOP}/<slug>/threshold")
@organisers_only
def ask_for_more(slug: str) -> Response | AnyResponse:
    """Ask for more."""
    gathering, sent = catalogue.opened(slug), request.form.get("enough", "").strip()
    try:
        with writing():
            raise_threshold(gathering.id, int(sent) if sent.isdecimal() and len(sent) < 4 else 0)
    except NotRaised:
        error = _("Choose a number that is higher than now, and no higher than how many were there.")
        return _threshold_page(gathering, sent=sent, error=error, status=422)
    return seen_other(f"{LOOP}/{gathering.slug}/threshold")


@bp.get(f"{LOOP}/years/<int:year>")
@organisers_only
def year_preview(year: int) -> Response:
    """The report of a year before it is public, as everybody would read it."""
    return _preview(year)


@bp.post(f"{LOOP}/years/<int:year>")
@organisers_only
def publish_report(year: int) -> Response | AnyResponse:
    """Make it public: from then on its figures stay as they are."""
    learned = {code: request.form.get(f"learned_{code}", "").strip() for code in ("en", "pt")}
    if any(len(each) > LONGEST_LINE for each in learned.values()):
        error = _("Please keep it to %(number)s characters.", number=LONGEST_LINE)
        return _preview(year, learned=learned, error=error, status=422)
    try:
        with writing():
            publish_year(year, {code: text for code, text in learned.items() if text})
    except YearNotOver:
        error = _("A year is published once it is over, and at least one gathering of it has been heard.")
        return _preview(year, learned=learned, error=error, status=422)
    except AlreadyPublished:
        return seen_other(f"/how-we-listen/{year}/")
    return seen_other(f"/how-we-listen/{year}/")


@bp.get("/how-we-listen/<int:year>/")
@open_to_everyone
def year_report(year: int) -> Response:
    """What a year of listening came to."""
    answer = page("feedback/year_report.html", report=_published(year), shown=counting.shown, least=counting.LEAST)
    return cacheable(answer, etag=hashlib.sha256(answer.get_data()).hexdigest()[:20])


@bp.get("/how-we-listen/<int:year>/figures.csv")
@open_to_everyone
def year_table(year: int) -> Response:
    """The same figures as a table."""
    rows = _table(_published(year).figures)
    answer = Response(as_csv([_("Measure"), _("Figure"), _("Of")], rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="how-we-listen-{year}.csv"'
    return answer


def _published(year: int) -> yearly.Report:
    found = yearly.published(year)
    if found is None:
        raise NotFound
    return found


def _preview(
    year: int, *, learned: dict[str, str] | None = None, error: str | None = None, status: int = 200
) -> Response:
    if not 2000 < year < 3000:
        raise NotFound
    return page(
        "feedback/year_preview.html",
        status=status,
        report=yearly.published(year) or yearly.counted_now(year),
        both_sides=sides(yearly.span_of(year)),
        pooled=over_time.pooled_freedom(),
        shown=counting.shown,
        least=counting.LEAST,
        learned=learned or {},
        error=error,
        is_over=year <= yearly.last_whole_year(),
    )


def _threshold_page(gathering: Gathering, *, sent: str = "", error: str | None = None, status: int = 200) -> Response:
    query = select(FormWindow).where(FormWindow.gathering_id == gathering.id, FormWindow.occasion == "after")
    window = db.session.scalar(query)
    if window is None:
        raise service.FormClosed(_("This form opens two hours after the end of the gathering."))
    return page("feedback/threshold.html", status=status, gathering=gathering, window=window, sent=sent, error=error)


def _table(found: counting.Figures) -> list[list[Value]]:
    """The figures of a report, those only that its page shows."""
    rows: list[list[Value]] = [[_("Gatherings heard"), found.gatherings, None]]
    shares = [*((f"{_('answered')} ({form})", share) for form, share in sorted(found.forms.items())),
              (_("A first reply within a week"), found.replied), (_("Made by the promised day"), found.on_time)]  # fmt: skip
    rows += [[name, *share] for name, share in shares if share[1] >= counting.LEAST]
    rows.append([_("Days until half had a first reply"), found.days, None])
    rows += [[f"{_('Changes asked for')}: {key}", count, found.asked] for key, count in found.changes.items()]
    groups = (
        (_("How questions and changes ended that could be read for thirty days"), found.closed),
        (_("Did it meet the point?"), found.verdicts),
        (_("“Something I said or asked changed what we did”"), found.changed_us),
    )
    for name, counts in groups:
        total = sum(counts.values())
        if total >= counting.LEAST:
            rows += [[f"{name} {key}", count, total] for key, count in sorted(counts.items())]
    return rows
