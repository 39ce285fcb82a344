"""The legal texts: from a template with blanks to a version in force."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import current_person, owners_only
from retreats.catalogue import queries as catalogue
from retreats.db import Localised, writing
from retreats.house import legal, queries
from retreats.house.models import LEGAL_KINDS, LegalText
from retreats.house.queries import current
from retreats.house.service import BlanksOpen, ChangedMeanwhile, TextMissing
from retreats.reading import Reading
from retreats.refusals import NotFound
from retreats.setting_up import service
from retreats.setting_up.routes import bp
from retreats.web import page, seen_other

TITLES = {"privacy": _l("Privacy notice"), "terms": _l("Terms of booking"), "imprint": _l("Imprint")}


@dataclass(frozen=True)
class Standing:
    """Where one legal text stands."""

    kind: str
    in_force: LegalText | None
    newest: LegalText | None
    source: Localised
    blanks: dict[str, list[str]]
    """By language: the words of the brackets that nothing fills."""
    is_behind: bool
    """In force with facts that the house now says otherwise."""
    accepted_from: datetime | None
    """Since when terms of before this page are in force; None for everything else."""

    @property
    def open_blanks(self) -> int:
        """How many, in all languages."""
        return sum(len(each) for each in self.blanks.values())


@bp.get("/organise/setting-up/legal/")
@owners_only
def legal_texts() -> Response:
    """The three of them: what is in force, and what is open."""
    return page("setting_up/legal_texts.html", texts=[_standing(kind) for kind in LEGAL_KINDS], titles=TITLES)


@bp.get("/organise/setting-up/legal/<kind>")
@owners_only
def legal_text(kind: str) -> Response:
    """One text to edit, with its open blanks beside it; `?template=yes` begins again from the house's template."""
    standing = _standing(_known(kind))
    source = legal.templates(kind) if request.args.get("template") == "yes" else standing.source
    return _edit(standing, source)


@bp.post("/organise/setting-up/legal/<kind>")
@owners_only
def save_legal(kind: str) -> AnyResponse:
    """Keep it as a draft, or put it in force (`then=publish`)."""
    reading, base, before = Reading(request.form), request.form.get("base", ""), _standing(_known(kind))
    source = reading.both("source", lines=True)
    if reading.errors:
        return _edit(before, source, errors=reading.errors, base=base, status=422)
    try:
        with writing():
            if source != before.source or before.newest is None:
                service.draft_legal(kind, source, still=lambda newest: _base(newest) == base)
    except ChangedMeanwhile:
        return _edit(_standing(kind), source, meanwhile=True, status=409)
    if request.form.get("then") != "publish":
        return seen_other(url_for("setting_up.legal_text", kind=kind, saved="draft"))
    return _publish(kind)


@bp.post("/organise/setting-up/legal/<kind>/publish")
@owners_only
def publish_legal(kind: str) -> AnyResponse:
    """Put what was written last in force, with what the house says of itself now."""
    return _publish(_known(kind))


def _publish(kind: str) -> AnyResponse:
    try:
        with writing():
            service.publish_legal(kind, by=current_person())
    except (BlanksOpen, TextMissing) as refusal:
        standing = _standing(kind)
        sentence = _(
            "The draft is kept, and not in force yet: fill the open blanks first. They are listed beside the text."
        ) if isinstance(refusal, BlanksOpen) else _(
            "The draft is kept, and not in force yet: it needs words in every language that the house speaks."
        )  # fmt: skip
        return _edit(standing, standing.source, refused=sentence, status=422)
    return seen_other(url_for("setting_up.legal_text", kind=kind, saved="published"))


def _known(kind: str) -> str:
    if kind not in LEGAL_KINDS:
        raise NotFound
    return kind


def _standing(kind: str) -> Standing:
    newest, in_force = queries.legal_newest(kind), queries.legal_in_force(kind)
    source = newest.source if newest else legal.templates(kind)
    accepted = catalogue.terms_in_force() if newest is None and kind == "terms" else None
    if accepted is not None:
        source = accepted.text
    facts, house = current().facts(), current()
    now = {each: legal.filled(source.get(each, ""), each, facts) for each in house.languages}
    is_behind = newest is not None and newest is in_force and newest.text != now
    blanks = {each: legal.open_blanks(source.get(each, ""), each, facts) for each in house.languages}
    return Standing(kind, in_force, newest, source, blanks, is_behind, accepted.valid_from if accepted else None)


def _edit(standing: Standing, source: Localised, *, errors: dict[str, str] | None = None, base: str | None = None,
          refused: str = "", meanwhile: bool = False, status: int = 200) -> Response:  # fmt: skip
    return page(
        "setting_up/legal_text.html",
        text=standing,
        title=TITLES[standing.kind],
        source=source,
        base=_base(standing.newest) if base is None else base,
        blanks={code: [(each, _where(each, code)) for each in words] for code, words in standing.blanks.items()},
        errors=errors or {},
        refused=refused,
        meanwhile=meanwhile,
        saved=request.args.get("saved"),
        status=status,
    )


def _where(words: str, language: str) -> str | None:
    """The form that fills these brackets, if one does."""
    fact = legal.fact_of(words, language)
    return None if fact is None else "house" if fact in {"name", "email"} else "imprint"


def _base(newest: LegalText | None) -> str:
    """A fingerprint of the newest version as it stands."""
    stands = [newest.version, newest.source, newest.published_at is not None] if newest else []
    return hashlib.sha256(json.dumps(stands, sort_keys=True).encode()).hexdigest()[:32]
