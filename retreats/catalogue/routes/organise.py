"""The organiser's screens of the catalogue: all gatherings, and one of them in sections until it can be published."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts.guards import organisers_only, strongly
from retreats.catalogue import queries, service
from retreats.catalogue.forms import SECTIONS, Section
from retreats.catalogue.forms.differences import differences
from retreats.catalogue.forms.options import options
from retreats.catalogue.forms.when import wall_words
from retreats.catalogue.forms.words import KIND_WORDS
from retreats.catalogue.models import Gathering
from retreats.catalogue.models.gathering import KINDS
from retreats.catalogue.service.asking_first import asked_first
from retreats.db import writing
from retreats.reading import Reading, Values, as_values
from retreats.refusals import NotFound, Refusal
from retreats.web import page, seen_other

bp = Blueprint("catalogue", __name__)
bp.add_app_template_global(wall_words)
bp.add_app_template_global(service.currency_of)


@bp.get("/organise/gatherings/")
@organisers_only
def gatherings() -> Response:
    """Every gathering in every state, what comes next first."""
    return page("catalogue/organise/gatherings.html", gatherings=queries.all_gatherings(), kinds=KIND_WORDS)


@bp.get("/organise/gatherings/new")
@organisers_only
def new() -> Response:
    """The little one needs for a draft."""
    return page("catalogue/organise/new.html", kinds=KIND_WORDS, values={}, errors={})


@bp.post("/organise/gatherings/new")
@organisers_only
def begin() -> AnyResponse:
    """Begin a draft."""
    reading = Reading(request.form)
    kind, title = reading.one_of("kind", KINDS), reading.both("title", most=120)
    if not kind:
        reading.errors["kind"] = _("Say what it is.")
    if not title:
        reading.errors["title_en"] = _("Give it a title, in one language at least; it can still change.")
    if reading.errors:
        return page("catalogue/organise/new.html", kinds=KIND_WORDS, values=as_values(request.form),
                    errors=reading.errors, status=422)  # fmt: skip
    with writing():
        gathering = service.start(kind, title)
    return seen_other(url_for("catalogue.section", slug=gathering.slug, section="words"))


@bp.get("/organise/gatherings/<slug>/")
@organisers_only
def gathering(slug: str) -> Response:
    """One gathering as the organiser sees it: its sections, what is missing, and what can be done."""
    return _overview(service.opened(slug))


def _overview(found: Gathering, *, refused: str = "", status: int = 200) -> Response:
    saved = SECTIONS.get(request.args.get("saved", ""))
    return page("catalogue/organise/gathering.html", gathering=found, sections=SECTIONS, kinds=KIND_WORDS,
                missing=service.missing(found) if found.state == "draft" else [], refused=refused, now=clock.now(),
                clashes=service.clashes(found),
                saved=saved.title if saved else None, status=status)  # fmt: skip


@bp.get("/organise/gatherings/<slug>/edit/<section>")
@organisers_only
def section(slug: str, section: str) -> Response:
    """One section of the form, as it stands."""
    found, form = service.opened(slug), _section(section)
    return _form(found, form, values=form.stored(found), base=form.base(found))


@bp.post("/organise/gatherings/<slug>/edit/<section>")
@organisers_only
def save(slug: str, section: str) -> AnyResponse:
    """Save one section; what cannot be saved comes back as it was typed."""
    found, form = service.opened(slug), _section(section)
    reading, base = Reading(request.form), request.form.get("base", "")
    change = form.read(reading, found)
    if reading.errors or "again" in request.form:
        return _form(found, form, values=as_values(request.form), base=base, errors=reading.errors)
    try:
        with writing():
            found = service.edit(found.id, change, still=lambda gathering: form.base(gathering) == base,
                                 sure="sure" in request.form)  # fmt: skip
    except service.NotSureYet as asked:
        return _who_is_told(slug, form, asked.affected)
    except service.EditedMeanwhile:
        return _both_versions(slug, form)
    except service.NotReady as refusal:
        return _form(service.opened(slug), form, values=as_values(request.form), base=base, left=refusal.missing)
    except Refusal as refusal:
        if form.explain is None or refusal.status == NotFound.status:
            raise
        field, sentence = form.explain(refusal)
        return _form(service.opened(slug), form, values=as_values(request.form), base=base, errors={field: sentence})
    return seen_other(_after(found.slug, form))


def _after(slug: str, form: Section) -> str:
    names = list(SECTIONS)
    later = names.index(form.name) + 1
    if request.form.get("then") == "next" and later < len(names):
        return url_for("catalogue.section", slug=slug, section=names[later])
    return url_for("catalogue.gathering", slug=slug, saved=form.name)


def _who_is_told(slug: str, form: Section, affected: list[str]) -> Response:
    """What would be different, who is told of it, and what stays: said before anything is saved."""
    found = service.opened(slug)
    apart = (
        differences(form.label, form.stored(found), as_values(request.form), options(found))
        if form.name != "promise"
        else []
    )
    kept = [pair for pair in request.form.items(multi=True) if pair[0] not in {"csrf_token", "sure", "again"}]
    return page(
        "catalogue/organise/before.html", gathering=found, section=form, affected=affected, apart=apart, kept=kept
    )


def _both_versions(slug: str, form: Section) -> AnyResponse:
    """Somebody was quicker: what stands now beside what was typed, and a form that can be sent again knowingly."""
    found = service.opened(slug)
    choices = options(found)
    apart = differences(form.label, form.stored(found), as_values(request.form), choices)
    if not apart:  # the same form sent twice
        return seen_other(_after(found.slug, form))
    return page("catalogue/organise/section.html", gathering=found, section=form, sections=SECTIONS, options=choices,
                values=as_values(request.form), base=form.base(found), errors={}, left=[], apart=apart, status=409)  # fmt: skip


def _form(
    found: Gathering,
    form: Section,
    *,
    values: Values,
    base: str,
    errors: dict[str, str] | None = None,
    left: list[service.Missing] | None = None,
) -> Response:
    return page("catalogue/organise/section.html", gathering=found, section=form, sections=SECTIONS,
                options=options(found), values=values, base=base, errors=errors or {}, left=left or [], apart=[],
                status=422 if errors or left else 200)  # fmt: skip


def _section(name: str) -> Section:
    if name not in SECTIONS:
        raise NotFound
    return SECTIONS[name]


@bp.post("/organise/gatherings/<slug>/publish")
@organisers_only
def publish(slug: str) -> AnyResponse:
    """Let the public see it; pressed twice it stays published. Where something is asked first, there, unless it was."""
    found = service.opened(slug)
    if found.state == "draft" and request.form.get("asked") != "yes" and (first := asked_first(found)) is not None:
        return seen_other(f"{first}#publish")
    try:
        with writing():
            service.publish(found.id)
    except service.NotReady:
        return _overview(
            service.opened(slug), refused=_("It is not published yet: something is still missing."), status=422
        )
    except service.AlreadyCancelled:
        return _overview(service.opened(slug), refused=_("It was cancelled, and stays so."), status=409)
    return seen_other(url_for("catalogue.gathering", slug=slug, published="yes"))


@bp.get("/organise/gatherings/<slug>/cancel")
@organisers_only
def cancel_form(slug: str) -> Response:
    """What cancelling means, and the words for it."""
    return page("catalogue/organise/cancel.html", gathering=service.opened(slug), values={}, errors={})


@bp.post("/organise/gatherings/<slug>/cancel")
@organisers_only
@strongly
def cancel(slug: str) -> AnyResponse:
    """Call it off; pressed twice it stays cancelled."""
    found, reading = service.opened(slug), Reading(request.form)
    because = reading.both("because", lines=True, most=1000)
    if found.published_at is not None and not because:
        reading.errors["because_en"] = _("Say why, in one language at least: it stands on the page and in the letters.")
    if reading.errors:
        return page("catalogue/organise/cancel.html", gathering=found, values=as_values(request.form),
                    errors=reading.errors, status=422)  # fmt: skip
    try:
        with writing():
            service.cancel(found.id, because=because)
    except service.AlreadyOver:
        return _overview(
            service.opened(slug), refused=_("It has taken place: it cannot be cancelled any more."), status=409
        )
    return seen_other(url_for("catalogue.gathering", slug=slug))
