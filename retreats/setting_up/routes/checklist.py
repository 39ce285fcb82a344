"""From empty to published: which steps are done, judged by what is really there."""

from __future__ import annotations

from flask import Response

from retreats.accounts.guards import current_person, organisers_only
from retreats.setting_up import queries, wording
from retreats.setting_up.forms import SECTIONS
from retreats.setting_up.routes import bp
from retreats.web import page


@bp.get("/organise/setting-up")
@organisers_only
def checklist() -> Response:
    """Every step, with the page that does it."""
    steps = queries.steps()
    return page("setting_up/checklist.html", steps=steps, words=wording.STEPS, sections=SECTIONS,
                left=sum(not each.is_done for each in steps), is_owner=current_person().has_role("owner"))  # fmt: skip
