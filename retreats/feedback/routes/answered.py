"""What was answered to a group, for those who were not in it: organisers, and its care contact. Never what anybody wrote."""

from __future__ import annotations

from flask import Response

from retreats.accounts.guards import current_person, organisers_only, signed_in
from retreats.catalogue import queries as catalogue
from retreats.catalogue.models import Gathering
from retreats.feedback.queries.answered import answered_to, closed_window, is_cared_for_by
from retreats.feedback.queries.group_letters import group_picture
from retreats.feedback.queries.results import ScaleRow
from retreats.feedback.routes import bp
from retreats.feedback.service.group_letter import pieces
from retreats.refusals import NotFound
from retreats.web import page


@bp.get("/organise/loop/<slug>/answered")
@organisers_only
def answered(slug: str) -> Response:
    """The letter, decisions and changes; and the group's picture once its form is closed."""
    gathering = catalogue.published(slug)
    return _page(gathering, group_picture(closed_window(gathering)), for_organisers=True)


@bp.get("/care/answered/<slug>")
@signed_in
def answered_in_care(slug: str) -> Response:
    """The letter, decisions and changes of a gathering whose care contact I am."""
    if not is_cared_for_by(slug, current_person().id):
        raise NotFound
    return _page(catalogue.published(slug), [], for_organisers=False)


def _page(gathering: Gathering, rows: list[ScaleRow], *, for_organisers: bool) -> Response:
    return page("feedback/answered.html", gathering=gathering, answered=answered_to(gathering), rows=rows,
                letter_pieces=pieces, for_organisers=for_organisers)  # fmt: skip
