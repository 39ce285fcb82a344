"""Words and promise: what a gathering is called, what is said about it, and what its page promises."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from retreats.catalogue import queries
from retreats.catalogue.beginnings import BEGINNINGS
from retreats.catalogue.forms.section import Section
from retreats.catalogue.models import Gathering
from retreats.catalogue.models.gathering import KINDS
from retreats.catalogue.service import PROMISE_PARTS, Promise, Words
from retreats.languages import LANGUAGES
from retreats.reading import Reading, Values, both
from retreats.refusals import Refusal

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
KIND_WORDS = {"retreat": _l("Retreat"), "workshop": _l("Workshop"), "training": _l("Training"), "circle": _l("Circle")}
SPOKEN = {"en": _l("English"), "pt": _l("Portuguese")}
PROMISE_WORDS = {
    "will_happen": _l("What will happen"),
    "will_not_happen": _l("What will not happen"),
    "may_be_hard": _l("What may be hard"),
    "responsible": _l("Who is responsible"),
    "touch_and_consent": _l("Touch and consent"),
    "not_well_served": _l("Who may not be well served"),
    "your_words": _l("What happens to what you write"),
}


def _stored_words(gathering: Gathering) -> Values:
    return {
        **both("title", gathering.title),
        **both("summary", gathering.summary),
        **both("about", gathering.about),
        **both("included", gathering.included),
        **both("not_included", gathering.not_included),
        "kind": gathering.kind,
        **({"slug": gathering.slug} if gathering.state == "draft" else {}),
        "series": str(gathering.series_id or ""),
        "languages": list(gathering.languages),
        **({"unlisted": "yes"} if gathering.unlisted else {}),
    }


def _read_words(reading: Reading, gathering: Gathering) -> Words:
    slug = reading.line("slug", most=60) if gathering.state == "draft" else None
    if slug is not None and not SLUG.fullmatch(slug):
        reading.errors["slug"] = _("Use small letters without accents, digits, and hyphens between them.")
    return Words(
        title=reading.both("title", most=120),
        summary=reading.both("summary", most=300),
        about=reading.both("about", lines=True),
        included=reading.both("included", lines=True),
        not_included=reading.both("not_included", lines=True),
        kind=reading.one_of("kind", KINDS, fallback=gathering.kind),
        slug=slug,
        series_id=reading.number_of("series"),
        languages=reading.some_of("languages", list(LANGUAGES)),
        unlisted=reading.ticked("unlisted"),
    )


def _explain_words(refusal: Refusal) -> tuple[str, str]:
    del refusal
    return "slug", _("Another gathering has this address: choose another.")


WORDS = Section(
    "words",
    _l("What it is"),
    _l("Title, texts, kind and languages"),
    _stored_words,
    _read_words,
    {
        "title": _l("Title"),
        "summary": _l("In one sentence, for the list"),
        "about": _l("About"),
        "included": _l("Included"),
        "not_included": _l("Not included"),
        "kind": _l("Kind"),
        "slug": _l("Address of its page"),
        "series": _l("Series"),
        "languages": _l("Held in"),
        "unlisted": _l("Only for whoever has the address"),
    },
    _explain_words,
)


def _stored_promise(gathering: Gathering) -> Values:
    newest = queries.promise_of(gathering.id)
    values: Values = {}
    for part in PROMISE_PARTS:
        values |= both(part, getattr(newest, part) if newest else BEGINNINGS[part])
    return values


def _read_promise(reading: Reading, gathering: Gathering) -> Promise:
    del gathering
    return Promise(parts={part: reading.both(part, lines=True, most=4000) for part in PROMISE_PARTS})


PROMISE = Section(
    "promise",
    _l("The page promise"),
    _l("What people may rely on, in both languages"),
    _stored_promise,
    _read_promise,
    PROMISE_WORDS,
)
