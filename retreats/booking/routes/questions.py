"""The gathering's own questions, which everybody answers when booking: the organiser writes them here."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import organisers_only
from retreats.catalogue import service as catalogue
from retreats.catalogue.models import Gathering
from retreats.db import writing
from retreats.periods import ANSWERS_LEAST, ANSWERS_MOST
from retreats.questions import queries, service
from retreats.questions.models import Question
from retreats.reading import Reading, Values, as_values, both, rows
from retreats.web import page, seen_other

bp = Blueprint("booking_questions", __name__)
EMPTY = 2
KINDS = {
    "short": _l("One line"),
    "text": _l("Several lines"),
    "choice": _l("One of several"),
    "many": _l("Any of several"),
    "switch": _l("A box to tick"),
}


@bp.get("/organise/gatherings/<slug>/questions")
@organisers_only
def questions(slug: str) -> Response:
    """The questions as they stand."""
    gathering = catalogue.opened(slug)
    asked = queries.questions_of(gathering.id, "intake")
    return _form(gathering, _stored(asked), version=queries.version_of(gathering.id, "intake"))


@bp.post("/organise/gatherings/<slug>/questions")
@organisers_only
def ask(slug: str) -> AnyResponse:
    """From now on these are asked; answers given before stay with the questions they were given to."""
    gathering, reading = catalogue.opened(slug), Reading(request.form)
    version = reading.whole("version") or 0
    asked = [each for prefix in rows(request.form, "q", most=40) if (each := _read(reading, prefix)) is not None]
    if reading.errors:
        return _form(gathering, as_values(request.form), version=version, errors=reading.errors)
    try:
        with writing():
            service.ask(gathering.id, "intake", asked, version=version)
    except service.FormChanged:
        newest = queries.version_of(gathering.id, "intake")
        stands = queries.questions_of(gathering.id, "intake")
        return _form(gathering, as_values(request.form), version=newest, stands=stands)
    return seen_other(url_for("booking_questions.questions", slug=slug, saved="yes"))


def _form(gathering: Gathering, values: Values, *, version: int, errors: dict[str, str] | None = None,
          stands: list[Question] | None = None) -> Response:  # fmt: skip
    status = 422 if errors else 409 if stands is not None else 200
    return page("booking/organise/questions.html", gathering=gathering, values=values, version=version, kinds=KINDS,
                errors=errors or {}, stands=stands, status=status)  # fmt: skip


def _stored(asked: list[Question]) -> Values:
    values: Values = {"q-rows": str(len(asked) + EMPTY)}
    for index, question in enumerate(asked):
        prefix = f"q{index}-"
        values |= {f"{prefix}key": question.key, f"{prefix}kind": question.kind, **both(f"{prefix}label", question.label),
                   **both(f"{prefix}hint", question.hint), f"{prefix}required": "yes" if question.required else "",
                   f"{prefix}health": "yes" if question.about_health else "", f"{prefix}keep": str(question.keep_days)}  # fmt: skip
        values[f"{prefix}options"] = "\n".join(
            f"{each.get('en', '')} | {each.get('pt', '')}" for each in question.options
        )
    return values


def _read(reading: Reading, prefix: str) -> service.Asked | None:
    label = reading.both(f"{prefix}label", most=300)
    if not label or reading.ticked(f"{prefix}remove"):
        return None
    if len(label) < 2:
        reading.errors[f"{prefix}label_en" if "en" not in label else f"{prefix}label_pt"] = _(
            "Ask it in both languages."
        )
    kind = reading.one_of(f"{prefix}kind", list(KINDS), fallback="short")
    options = _options(reading.text(f"{prefix}options", most=4000)) if kind in {"choice", "many"} else []
    if kind in {"choice", "many"} and len(options) < 2:
        reading.errors[f"{prefix}options"] = _("Write at least two choices, one a line: English | Portuguese.")
    key, about_health = reading.line(f"{prefix}key", most=40), reading.ticked(f"{prefix}health")
    keep = reading.whole(f"{prefix}keep", least=ANSWERS_LEAST, most=ANSWERS_MOST)
    if about_health and reading.ticked(f"{prefix}required"):
        reading.errors[f"{prefix}required"] = _("Nobody has to say anything about their health in order to book.")
    return service.Asked(key=key if re.fullmatch(r"[a-z0-9_]+", key) else "", kind=kind, label=label,
                         hint=reading.both(f"{prefix}hint", most=300), options=options,
                         required=reading.ticked(f"{prefix}required"), about_health=about_health, keep_days=keep or 90)  # fmt: skip


def _options(typed: str) -> list[dict[str, Any]]:
    """`English | Portuguese`, one a line. The value is made of the English words and has no comma in it."""
    found: dict[str, dict[str, Any]] = {}
    for line in filter(None, (each.strip() for each in typed.splitlines())):
        english, _bar, portuguese = (part.strip() for part in line.partition("|"))
        value = re.sub(r"[^a-z0-9]+", "_", english.lower()).strip("_")[:40] or f"choice_{len(found) + 1}"
        found.setdefault(value, {"value": value, "en": english, "pt": portuguese or english})
    return list(found.values())
