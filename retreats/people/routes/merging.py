"""Two records of one person, and another address for somebody whose mailbox is lost."""

from __future__ import annotations

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts import queries as accounts
from retreats.accounts import service
from retreats.accounts.guards import current_person, owners_only, strongly, strongly_if_set_up
from retreats.catalogue.models import Gathering
from retreats.db import writing
from retreats.languages import t
from retreats.people import queries
from retreats.people import service as people
from retreats.people.forms import ROLE_WORDS, AddressForm
from retreats.people.routes import bp
from retreats.web import limiter, page, seen_other


@bp.get("/<int:person_id>/merge")
@owners_only
def merge_with(person_id: int) -> Response:
    """With whom: those who are called alike, or whoever is looked for."""
    found, wanted = queries.person_of(person_id), request.args.get("q", "").strip()[:80]
    others = accounts.people(wanted, at_most=10).people if wanted else accounts.called_alike(found)
    return page(
        "people/merge_with.html", person=found, wanted=wanted, others=[each for each in others if each.id != found.id]
    )


@bp.get("/<int:person_id>/merge/<int:other_id>")
@owners_only
def merge_preview(person_id: int, other_id: int) -> Response:
    """What would become of the two."""
    return _preview_page(person_id, other_id)


def _preview_page(person_id: int, other_id: int, *, changed: bool = False, status: int = 200) -> Response:
    found = people.preview(person_id, other_id)
    return page("people/merge.html", preview=found, roles=ROLE_WORDS, titles=_titles, changed=changed, status=status)


def _titles(gatherings: list[Gathering]) -> str:
    return ", ".join(t(each.title) or each.slug for each in gatherings)


@bp.post("/<int:person_id>/merge/<int:other_id>")
@owners_only
@strongly_if_set_up
def merge(person_id: int, other_id: int) -> AnyResponse:
    """Put them together, as the preview said."""
    try:
        with writing():
            people.merge(person_id, other_id, mark=request.form.get("mark", ""))
    except people.CannotMerge:
        return _preview_page(person_id, other_id, status=409)
    except people.PreviewChanged:
        return _preview_page(person_id, other_id, changed=True, status=409)
    return seen_other(url_for("people.person", person_id=person_id, done="merged"))


@bp.get("/<int:person_id>/address")
@owners_only
def address_form(person_id: int) -> Response:
    """For somebody whose old mailbox is lost to them."""
    return page("people/address.html", person=queries.person_of(person_id), form=AddressForm())


@bp.post("/<int:person_id>/address")
@limiter.limit("30 per hour")
@owners_only
@strongly
def change_address(person_id: int) -> AnyResponse:
    """Let the new mailbox say yes; the old one is told."""
    found, form = queries.person_of(person_id), AddressForm.read(request.form)
    if not form.error:
        form.error = _asked(found.id, form.email)
    if form.error:
        return page("people/address.html", person=found, form=form, status=422)
    return seen_other(url_for("people.person", person_id=person_id, done="address"))


def _asked(person_id: int, email: str) -> str:
    known = service.known_by(email)
    if known is not None and known.id != person_id:
        return _("Somebody else is known by this address. If it is the same person, put the two records together.")
    try:
        with writing():
            service.ask_for_address(person_id, email, by=current_person())
    except service.SameAddress:
        return _("The house knows them by this address already.")
    except service.TooManyChanges:
        return _("That was the fifth change within a day. Please wait until tomorrow.")
    return ""
