"""One page for each form of the settings: as it stands, saved, sent back with sentences, or set beside another's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request, url_for
from flask_babel import force_locale
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import current_person, owners_only, strongly_if_set_up
from retreats.db import Localised, writing
from retreats.feedback.help_lines import of_portugal
from retreats.house import colours
from retreats.house.queries import current
from retreats.house.service import ChangedMeanwhile
from retreats.languages import LANGUAGES, locale_of
from retreats.reading import Reading, Values, as_values, zones
from retreats.refusals import NotFound
from retreats.setting_up import queries, service, wording
from retreats.setting_up.forms import SECTIONS, SECURITY, Section
from retreats.setting_up.routes import bp
from retreats.setting_up.service.trials import SMALLEST
from retreats.web import page, seen_other


@bp.get("/organise/setting-up/<section>")
@owners_only
def section(section: str) -> Response:
    """One form, as it stands."""
    form = known(section)
    return show(form)


@bp.post("/organise/setting-up/<section>")
@owners_only
def save(section: str) -> AnyResponse:
    """Save it; what cannot be saved comes back as it was typed."""
    return _saved(section)


def _saved(section: str) -> AnyResponse:
    form, reading, base = known(section), Reading(request.form), request.form.get("base", "")
    values = form.read(reading)
    if reading.errors:
        return show(
            form, values=_without_secrets(as_values(request.form)), base=base, errors=reading.errors, status=422
        )
    try:
        with writing():
            service.change(form.name, values, still=lambda row: form.base(row) == base, by=current_person())
    except ChangedMeanwhile:
        return _beside_the_other(form)
    return seen_other(url_for("setting_up.section", section=form.name, saved="yes"))


@bp.get("/organise/setting-up/mail", defaults={"section": "mail"})
@bp.get("/organise/setting-up/money", defaults={"section": "money"})
@owners_only
@strongly_if_set_up
def with_secrets(section: str) -> Response:
    """The form of mail or of Stripe. Whoever has a second factor shows it before, so that no password waits on the page that asks."""
    return show(known(section))


@bp.post("/organise/setting-up/mail", defaults={"section": "mail"})
@bp.post("/organise/setting-up/money", defaults={"section": "money"})
@owners_only
@strongly_if_set_up
def save_with_secrets(section: str) -> AnyResponse:
    """Save it, like any other."""
    return _saved(section)


def known(name: str) -> Section:
    """The form of this name. Raises NotFound."""
    if name not in SECTIONS:
        raise NotFound
    return SECTIONS[name]


def show(form: Section, *, values: Values | None = None, base: str | None = None, errors: dict[str, str] | None = None,
         apart: list[tuple[str, str, str]] | None = None, trouble: str = "", status: int = 200) -> Response:  # fmt: skip
    """The page of one form. `trouble` is a sentence about something that was tried."""
    said = current().said
    return page(
        "setting_up/section.html",
        section=form,
        sections=SECTIONS,
        values=form.stored(said) if values is None else values,
        base=form.base(said) if base is None else base,
        errors=errors or {},
        apart=apart or [],
        trouble=trouble,
        saved=request.args.get("saved") == "yes",
        **_beside(form.name),
        status=status,
    )


def _beside(name: str) -> dict[str, Any]:
    """What a page shows besides its form."""
    if name == "house":
        return {"languages": LANGUAGES, "currencies": [(each, each) for each in SMALLEST], "zones": zones()}
    if name == "colours":
        return {"grounds": colours.GROUNDS}
    if name == "help":
        return {"defaults": _in_each_language(of_portugal)}
    if name == "mail":
        return {"security": SECURITY, "tried": queries.last_mail_trial(), "mail_steps": wording.MAIL_STEPS,
                "mail_advice": wording.MAIL_ADVICE}  # fmt: skip
    if name == "money":
        return {"trials": queries.money_trials(), "money_states": wording.MONEY_STATES, "smallest": SMALLEST}
    return {}


def _in_each_language(say: Callable[[], str]) -> Localised:
    found = {}
    for code in LANGUAGES:
        with force_locale(locale_of(code)):
            found[code] = say().replace(" · ", "\n")
    return found


def _beside_the_other(form: Section) -> AnyResponse:
    """Somebody was quicker: what stands now beside what was typed, and a form that can be sent again knowingly."""
    typed, stored = _without_secrets(as_values(request.form)), form.stored(current().said)
    pairs = [(str(form.label(name)), _plain(stored[name]), _plain(typed.get(name, ""))) for name in stored]
    apart = [each for each in pairs if each[1] != each[2]]
    if not apart:  # the same form sent twice
        return seen_other(url_for("setting_up.section", section=form.name, saved="yes"))
    return show(form, values=typed, apart=apart, status=409)


def _plain(value: str | list[str]) -> str:
    return ", ".join(sorted(value)) if isinstance(value, list) else value.replace("\r\n", "\n").strip()


def _without_secrets(typed: Values) -> Values:
    """A secret is never sent back: it is typed again."""
    return {
        name: value for name, value in typed.items() if name not in {"mail_password", "stripe_key", "stripe_webhook"}
    }
