"""Publishing what a year of listening came to: once, and then it stays as it is."""

from __future__ import annotations

from sqlalchemy import select

from retreats import clock
from retreats.db import Localised, db, new_id
from retreats.events import YearReportPublished
from retreats.feedback.models import YearReport
from retreats.feedback.queries import yearly
from retreats.feedback.service.turns import in_turn
from retreats.outbox import emit
from retreats.refusals import Refusal


class YearNotOver(Refusal):
    """A year is reported once it is over, and something was heard in it."""

    code = "year_not_over"
    status = 422


class AlreadyPublished(Refusal):
    """This year's report is public, and what is public stays as it was."""

    code = "already_published"
    status = 409


def publish_year(year: int, learned: Localised) -> YearReport:
    """Freeze the figures of a year as they are now, with what the house learned. Raises YearNotOver, AlreadyPublished."""
    in_turn("year", year)
    if db.session.scalar(select(YearReport.id).where(YearReport.year == year)) is not None:
        raise AlreadyPublished
    found = yearly.counted_now(year, [learned] if any(learned.values()) else [])
    if year > yearly.last_whole_year() or not found.figures.gatherings:
        raise YearNotOver
    report = YearReport(id=new_id(), year=year, frozen=found.frozen(), published_at=clock.now())
    db.session.add(report)
    db.session.flush()
    emit(YearReportPublished(report_id=report.id))
    return report
