"""How one of the letters that go out by themselves is set for one gathering."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts import guards
from retreats.accounts.guards import organisers_only
from retreats.catalogue import service as catalogue
from retreats.catalogue.models import Gathering
from retreats.db import writing
from retreats.mailings import forms, service, showing, upcoming, wording
from retreats.mailings.placeholders import KNOWN
from retreats.mailings.timing import PURPOSES, Timed, house_letter
from retreats.reading import Reading, Values, as_values
from retreats.refusals import NotFound
from retreats.web import page, seen_other

bp = Blueprint("mailings_timed", __name__)
ONE = "/organise/gatherings/<slug>/letters/timed/<purpose>"


@bp.get(ONE)
@organisers_only
def form(slug: str, purpose: str) -> Response:
    """The letter as it is set: whether, when, and in which words."""
    gathering, found = _found(slug, purpose)
    return _form(gathering, found, forms.stored_timed(found), version=found.version)


@bp.post(ONE)
@organisers_only
def save(slug: str, purpose: str) -> AnyResponse:
    """Set it."""
    gathering, found = _found(slug, purpose)
    reading = Reading(request.form)
    wanted, version = forms.read_timed(reading, found), reading.number_of("version") or 0
    if reading.errors:
        return _form(gathering, found, as_values(request.form), version=version, errors=reading.errors)
    try:
        with writing():
            service.set_letter(gathering.id, purpose, wanted, version=version)
    except service.ChangedMeanwhile:
        gathering, found = _found(slug, purpose)
        return _form(gathering, found, as_values(request.form), version=found.version, changed=True)
    return seen_other(url_for("mailings_timed.form", slug=slug, purpose=purpose, done="saved"))


@bp.post(f"{ONE}/house")
@organisers_only
def as_the_house(slug: str, purpose: str) -> AnyResponse:
    """Take the house's moment and words again."""
    gathering, found = _found(slug, purpose)
    house = house_letter(gathering.kind, purpose)
    wanted = service.Setting(is_on=found.is_on, amount=house.amount, unit=house.unit, at=house.at,
                             subject=house.subject, body=house.body)  # fmt: skip
    with writing():
        service.set_letter(gathering.id, purpose, wanted, version=found.version)
    return seen_other(url_for("mailings_timed.form", slug=slug, purpose=purpose, done="house"))


def _found(slug: str, purpose: str) -> tuple[Gathering, Timed]:
    if purpose not in PURPOSES:
        raise NotFound
    gathering = catalogue.opened(slug)
    return gathering, upcoming.letter_of(gathering, purpose)


def _form(gathering: Gathering, found: Timed, values: Values, *, version: int, errors: dict[str, str] | None = None,
          changed: bool = False) -> Response:  # fmt: skip
    return page("mailings/timed.html", gathering=gathering, timed=found, title=PURPOSES[found.purpose], values=values,
                version=version, errors=errors or {}, changed=changed, known=KNOWN, due=found.due_at(gathering),
                outcome=upcoming.outcome_of(gathering, found.purpose), moment=wording.moment_words(found),
                preview=showing.preview(gathering, found.subject, found.body, None, looks=guards.current_person(),
                                        attended=found.purpose == "thanks"), status=409 if changed else 422 if errors else 200)  # fmt: skip
