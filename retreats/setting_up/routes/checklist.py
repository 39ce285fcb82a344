"""From empty to published: which steps are done, judged by what is really there."""

from __future__ import annotations

from flask import Response
from flask_babel import LazyString

from retreats.accounts.guards import current_person, organisers_only
from retreats.setting_up import queries, wording
from retreats.setting_up.forms import SECTIONS
from retreats.setting_up.routes import bp
from retreats.web import page


@bp.app_template_global()
def next_step() -> tuple[LazyString, str] | None:
    """What comes next on the way from empty to published, for whoever just did a step; nothing once something was published."""
    person, steps = current_person(), queries.steps()
    if steps[-1].is_done:
        return None
    may = (each for each in steps if not each.is_done and (person.has_role("owner") or not each.for_owners))
    return next(((wording.STEPS[each.name][0], each.href) for each in may if each.href), None)


@bp.get("/organise/setting-up")
@organisers_only
def checklist() -> Response:
    """Every step, with the page that does it."""
    steps = queries.steps()
    return page("setting_up/checklist.html", steps=steps, words=wording.STEPS, sections=SECTIONS,
                left=sum(not each.is_done for each in steps), is_owner=current_person().has_role("owner"))  # fmt: skip
