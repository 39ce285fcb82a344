"""Everybody, one person's record, and what somebody may do."""

from __future__ import annotations

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts import queries as accounts
from retreats.accounts import service
from retreats.accounts.guards import (
    current_person,
    looking_up,
    organisers_only,
    owners_only,
    strongly,
    strongly_if_set_up,
)
from retreats.accounts.models import ROLES, Person
from retreats.db import let_go, writing
from retreats.languages import t
from retreats.people import queries
from retreats.people import service as people
from retreats.people.forms import ROLE_WORDS
from retreats.people.routes import bp, number_in_query
from retreats.refusals import NotFound
from retreats.web import page, seen_other


@bp.get("/")
@looking_up
@organisers_only
def everybody() -> Response:
    """The list, by name; what is looked for is kept from page to page."""
    wanted = request.args.get("q", "").strip()[:80]
    role = request.args.get("role", "")
    role = role if role in {*ROLES, "disabled"} else ""
    found = accounts.people(wanted, role=role, after=number_in_query("after"), before=number_in_query("before"))
    return page(
        "people/everybody.html",
        found=found,
        wanted=wanted,
        role=role,
        roles=ROLE_WORDS,
        role_options=[("", _("Anybody")), *((key, word) for key, (word, _about) in ROLE_WORDS.items()),
                      ("disabled", _("Refused by the house"))],
        booked=queries.booked_by_each([each.id for each in found.people]),
        invitations=[(each, service.state_of(each)) for each in accounts.open_invitations()],
        is_owner=current_person().has_role("owner"),
    )  # fmt: skip


@bp.get("/<int:person_id>/")
@organisers_only
def person(person_id: int) -> Response:
    """One person over the years."""
    return record_page(queries.person_of(person_id))


def record_page(found: Person, *, refused: str = "", status: int = 200) -> Response:
    record = queries.record(found)
    return page(
        "people/person.html",
        record=record,
        roles=ROLE_WORDS,
        is_me=found.id == current_person().id,
        is_owner=current_person().has_role("owner"),
        invitations=[(each, service.state_of(each)) for each in record.invitations],
        refused=refused,
        done=request.args.get("done", ""),
        status=status,
    )


@bp.post("/<int:person_id>/roles/<role>/take")
@owners_only
@strongly_if_set_up
def take_role(person_id: int, role: str) -> AnyResponse:
    """Take a role away; from the next request on it opens nothing."""
    found = queries.person_of(person_id)
    if role not in ROLES:
        raise NotFound
    try:
        with writing():
            people.take_role(person_id, role)
    except people.StillNamed as named:
        titles = ", ".join(t(each.title) or each.slug for each in named.gatherings)
        sentence = _("Gatherings ahead name %(name)s: %(titles)s. Name somebody else there first, or disable the record.",
                     name=found.name, titles=titles)  # fmt: skip
        return _refused(person_id, sentence)
    except service.LastOwner as last:
        return _refused(person_id, last.sentence)
    return seen_other(url_for("people.person", person_id=person_id, done="role-taken"))


@bp.post("/<int:person_id>/disable")
@owners_only
@strongly_if_set_up
def disable(person_id: int) -> AnyResponse:
    """Refuse somebody from the next request on."""
    found = queries.person_of(person_id)
    if found.id == current_person().id:
        return _refused(person_id, _("This is you. Ask another owner to do it."))
    try:
        with writing() as session:
            service.disable(session.get_one(Person, found.id))
    except service.LastOwner as last:
        return _refused(person_id, last.sentence)
    return seen_other(url_for("people.person", person_id=person_id, done="disabled"))


@bp.post("/<int:person_id>/enable")
@owners_only
@strongly_if_set_up
def enable(person_id: int) -> AnyResponse:
    """Let them in again."""
    found = queries.person_of(person_id)
    with writing() as session:
        service.enable(session.get_one(Person, found.id))
    return seen_other(url_for("people.person", person_id=person_id, done="enabled"))


@bp.post("/<int:person_id>/second-factor/reset")
@owners_only
@strongly
def reset_second_factor(person_id: int) -> AnyResponse:
    """For somebody who has lost telephone and paper: they sign in by mail and set it up anew."""
    found = queries.person_of(person_id)
    with writing() as session:
        service.reset_second_factor(session.get_one(Person, found.id))
    return seen_other(url_for("people.person", person_id=person_id, done="reset"))


@bp.get("/<int:person_id>/legal-name")
@organisers_only
@strongly
def legal_name(person_id: int) -> Response:
    """The name in somebody's papers, for a document that needs it."""
    found = queries.person_of(person_id)
    return page("people/legal_name.html", person=found)


def _refused(person_id: int, sentence: str) -> Response:
    let_go()
    return record_page(queries.person_of(person_id), refused=sentence, status=409)
