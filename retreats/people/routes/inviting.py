"""Inviting somebody to a role by letter."""

from __future__ import annotations

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts import service
from retreats.accounts.guards import current_person, owners_only, strongly_if_set_up
from retreats.db import writing
from retreats.languages import offered
from retreats.people import queries
from retreats.people.forms import ROLE_WORDS, InvitationForm
from retreats.people.routes import bp, number_in_query
from retreats.web import limiter, page, seen_other


@bp.get("/invite")
@owners_only
def invite_form() -> Response:
    """Whom to ask, and to what."""
    known = queries.person_of(number_in_query("person") or 0) if "person" in request.args else None
    form = InvitationForm(role=request.args.get("role", ""))
    if known is not None:
        form.email, form.name, form.language = known.email, known.name, known.language
    return _form_page(form)


@bp.post("/invite")
@limiter.limit("60 per hour")
@owners_only
@strongly_if_set_up
def invite() -> AnyResponse:
    """Ask them by letter."""
    form = InvitationForm.read(request.form)
    if not form.errors:
        try:
            with writing():
                asked = service.send(
                    form.email, name=form.name, role=form.role, language=form.language, by=current_person()
                )
            return seen_other(url_for("people.person", person_id=asked.person_id, done="invited"))
        except service.HasTheRole:
            form.errors["role"] = _("They are that already.")
        except service.IsDisabled:
            form.errors["email"] = _("The house refuses whoever has this address. Enable them first.")
    return _form_page(form, status=422)


@bp.post("/invitations/<int:invitation_id>/again")
@limiter.limit("60 per hour")
@owners_only
def send_again(invitation_id: int) -> AnyResponse:
    """The letter once more, with a new link."""
    try:
        with writing():
            asked = service.send_again(invitation_id, by=current_person())
    except service.InvitationOver as over:
        over.sentence = _("This invitation was answered or taken back meanwhile.")
        raise
    return seen_other(url_for("people.person", person_id=asked.person_id, done="invited"))


@bp.post("/invitations/<int:invitation_id>/take-back")
@owners_only
def take_back(invitation_id: int) -> AnyResponse:
    """Its link opens nothing any more."""
    with writing():
        asked = service.take_back(invitation_id)
    return seen_other(url_for("people.person", person_id=asked.person_id, done="taken-back"))


def _form_page(form: InvitationForm, *, status: int = 200) -> Response:
    options = [(key, word, about) for key, (word, about) in ROLE_WORDS.items()]
    return page("people/invite.html", form=form, role_options=options, languages=offered(), status=status)
