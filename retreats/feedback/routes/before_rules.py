"""Within how many days is answered, who stands in for a care contact, who reads complaints: for the house and for one gathering."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts import queries as people
from retreats.accounts.guards import current_person, organisers_only
from retreats.accounts.models import Person
from retreats.catalogue import service as catalogue
from retreats.catalogue.models import Gathering
from retreats.db import writing
from retreats.feedback.queries.promised import better_said, how_clear
from retreats.feedback.routes import bp
from retreats.feedback.service import rules
from retreats.reading import Reading, Values, as_values
from retreats.web import page, seen_other

PATH = "/organise/loop/rules"
bp.add_app_template_global(how_clear)
bp.add_app_template_global(better_said)


@bp.get(PATH)
@organisers_only
def house_rules() -> Response:
    """For the house."""
    return _page(None, _stands(None))


@bp.post(PATH)
@organisers_only
def set_house_rules() -> Response | AnyResponse:
    """Keep them."""
    return _save(None)


@bp.get(f"{PATH}/<slug>")
@organisers_only
def gathering_rules(slug: str) -> Response:
    """For one gathering."""
    gathering = catalogue.opened(slug)
    return _page(gathering, _stands(gathering))


@bp.post(f"{PATH}/<slug>")
@organisers_only
def set_gathering_rules(slug: str) -> Response | AnyResponse:
    """Keep them."""
    return _save(catalogue.opened(slug))


def _save(gathering: Gathering | None) -> Response | AnyResponse:
    read, known = Reading(request.form), {each.id for each in _trusted()}
    days = read.whole("days", least=1, most=rules.LONGEST)
    deputy, reader = (found if (found := read.number_of(name)) in known else None for name in ("deputy", "reader"))
    professional, link = read.both("professional"), read.line("professional_url")
    if link and not link.startswith("https://"):
        read.errors["professional_url"] = _("Write an address that begins with https://, or leave it empty.")
    if not read.errors:
        try:
            with writing():
                fresh = None if gathering is None else catalogue.opened(gathering.slug)
                rules.set_rules(fresh, answer_days=days, deputy_id=deputy, reader_id=reader, professional=professional,
                                professional_url=link, by=current_person())  # fmt: skip
        except IntegrityError:
            pass  # the same form won a moment ago: it is kept
        except rules.NotIndependent:
            read.errors["deputy"] = _("Choose somebody who neither leads it nor is its care contact.")
    if read.errors:
        return _page(gathering, as_values(request.form), errors=read.errors, status=422)
    return seen_other(f"{PATH}/{gathering.slug}?said=kept" if gathering else f"{PATH}?said=kept")


def _page(
    gathering: Gathering | None, values: Values, *, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    return page("feedback/rules.html", status=status, gathering=gathering, values=values, errors=errors or {},
                people=_trusted(), house_has=rules.rules_of(), said=request.args.get("said", ""))  # fmt: skip


def _stands(gathering: Gathering | None) -> Values:
    row = rules.own_rules(gathering.id if gathering else None)
    if row is None:
        return {}
    return {
        "days": str(row.answer_days or ""),
        "deputy": str(row.deputy_id or ""),
        "reader": str(row.reader_id or ""),
        "professional_en": row.professional.get("en", ""),
        "professional_pt": row.professional.get("pt", ""),
        "professional_url": row.professional_url,
    }


def _trusted() -> list[Person]:
    """Care contacts, those who lead and those who organise, each once."""
    found = {each.id: each for role in ("care", "facilitator", "organiser") for each in people.with_role(role)}
    return sorted(found.values(), key=lambda each: each.filed_as or each.name)
