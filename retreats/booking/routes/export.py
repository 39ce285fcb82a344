"""Taking a list of registrations away as a file. It has a route of its own, so that more can be asked of whoever does it."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, request, stream_with_context

from retreats import clock
from retreats.accounts.guards import one_at_a_time, organisers_only, strongly
from retreats.booking import exporting, listing, service
from retreats.booking.wanted import Wanted
from retreats.db import writing
from retreats.reading import Reading
from retreats.spreadsheets import as_csv, as_xlsx

bp = Blueprint("booking_export", __name__)
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.post("/organise/registrations/export")
@organisers_only
@strongly
@one_at_a_time
def export() -> Response:
    """Exactly the list as it is filtered, with the columns that were chosen; the history says who took it."""
    kind = Reading(request.form).one_of("format", KINDS, fallback="csv")
    wanted, now = Wanted.read(request.form), clock.now()
    count = listing.count(wanted, now=now)
    with writing():
        service.note_export(kind, wanted.gathering, count)
    return Response(
        stream_with_context(_file(kind, wanted)),
        content_type=KINDS[kind],
        headers={"Content-Disposition": f'attachment; filename="registrations-{now:%Y-%m-%d}.{kind}"'},
    )


def _file(kind: str, wanted: Wanted) -> Iterator[bytes]:
    now = clock.now()
    heads, rows = exporting.heads(wanted), exporting.rows(wanted, now=now)
    return as_xlsx(heads, rows, made_at=now) if kind == "xlsx" else as_csv(heads, rows)
