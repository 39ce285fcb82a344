"""Who has gone quiet: people who came, and of whom nothing has been seen for some months."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _

from retreats import clock
from retreats.accounts.guards import looking_up, organisers_only
from retreats.house.queries import current as house
from retreats.people import quiet
from retreats.people.routes import bp, number_in_query
from retreats.web import page


@bp.get("/quiet")
@looking_up
@organisers_only
def gone_quiet() -> Response:
    """The list, longest silence first."""
    months = request.args.get("months", "")
    chosen = int(months) if months in {str(each) for each in quiet.MONTHS} else quiet.USUAL
    found = quiet.gone_quiet(chosen, now=clock.now(), zone=house().zone, after=number_in_query("after"))
    options = [(str(each), _("%(months)s months", months=each)) for each in quiet.MONTHS]
    return page("people/quiet.html", found=found, months=chosen, options=options)
