"""Themes: put a point into one, look at it, decide about it as a whole."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts.guards import current_person, facilitators_only
from retreats.catalogue.models import Gathering
from retreats.db import writing
from retreats.feedback import service, timeline
from retreats.feedback.forms import DecisionForm
from retreats.feedback.people import led
from retreats.feedback.queries.results import cards_of
from retreats.feedback.queries.themes import ThemeView, themes_of
from retreats.feedback.routes import bp
from retreats.feedback.routes.points import again, missing, quoted, readable_point
from retreats.feedback.row_ids import row_id
from retreats.feedback.service import themes
from retreats.feedback.service.decide import ReasonMissing
from retreats.refusals import NotFound
from retreats.web import page, seen_other


@bp.post("/facilitate/<slug>/points/<int:point_id>/theme")
@facilitators_only
def add_to_theme(slug: str, point_id: int) -> Response | AnyResponse:
    """Put it into a theme that there is, or into a new one."""
    gathering = led(slug, current_person().id)
    readable_point(gathering, point_id)
    chosen, title = row_id(request.form.get("theme", "")), request.form.get("title", "")
    try:
        with writing():
            theme = themes.add_to_theme(gathering.id, point_id, theme_id=chosen, title=title)
    except themes.TitleMissing:
        sentence = _("Choose a theme, or give a new one a title of up to %(number)s characters.",
                     number=themes.LONGEST_TITLE)  # fmt: skip
    except service.QuotesSomebody:
        sentence = quoted()
    else:
        return seen_other(theme_path(gathering, theme.id))
    return again(gathering, point_id, errors={"title": sentence}, values={"title": title[:600]})


@bp.get("/facilitate/<slug>/themes/<int:theme_id>")
@facilitators_only
def theme(slug: str, theme_id: int) -> Response:
    """What was said about it, and what was decided."""
    gathering = led(slug, current_person().id)
    return _theme_page(gathering, theme_id, DecisionForm())


@bp.post("/facilitate/<slug>/themes/<int:theme_id>/decide")
@facilitators_only
def decide_theme(slug: str, theme_id: int) -> Response | AnyResponse:
    """Decide about all of it."""
    gathering = led(slug, current_person().id)
    _view(gathering, theme_id)
    form = DecisionForm.read(request.form, ("about", "reason"), "due", gathering.zone)
    if form.values["kind"] not in {"will_change", "already_so", "will_not", "need_to_talk"}:
        form.errors["kind"] = _("Choose what you have decided.")
    if not form.errors:
        try:
            with writing():
                themes.decide_theme(gathering.id, theme_id, form.decided(), by=current_person())
            return seen_other(f"{theme_path(gathering, theme_id)}#decided")
        except ReasonMissing:
            form.errors["about_en" if not form.both("about") else "reason_en"] = missing(form)
        except service.QuotesSomebody:
            form.errors["about_en"] = quoted()
    return _theme_page(gathering, theme_id, form, status=422)


@bp.post("/facilitate/<slug>/themes/<int:theme_id>/points/<int:point_id>/out")
@facilitators_only
def take_out_of_theme(slug: str, theme_id: int, point_id: int) -> AnyResponse:
    """This point does not belong here."""
    gathering = led(slug, current_person().id)
    _view(gathering, theme_id)
    with writing():
        themes.take_out_of_theme(gathering.id, theme_id, point_id)
    left = any(each.theme.id == theme_id for each in themes_of(gathering.id, current_person().id))
    return seen_other(theme_path(gathering, theme_id) if left else f"/facilitate/{gathering.slug}/after")


def theme_path(gathering: Gathering, theme_id: int) -> str:
    """Where a theme stands."""
    return f"/facilitate/{gathering.slug}/themes/{theme_id}"


def _view(gathering: Gathering, theme_id: int) -> ThemeView:
    """A theme with something in it that this person may read. Raises NotFound."""
    for each in themes_of(gathering.id, current_person().id):
        if each.theme.id == theme_id:
            return each
    raise NotFound


def _theme_page(gathering: Gathering, theme_id: int, form: DecisionForm, *, status: int = 200) -> Response:
    view = _view(gathering, theme_id)
    due = timeline.later(clock.now(), gathering.zone, days=timeline.CHANGE_DAYS)
    return page(
        "feedback/theme.html",
        status=status,
        gathering=gathering,
        view=view,
        cards=cards_of(view.points, gathering, current_person().id),
        errors=form.errors,
        values={"due": timeline.day_of(due, gathering.zone), "made": timeline.day_of(clock.now(), gathering.zone)}
        | form.values,
    )
