"""What the house is called, how it speaks, and what it looks like."""

from __future__ import annotations

from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from retreats.house import colours
from retreats.house.colours import DEFAULTS, Scheme
from retreats.house.keeping import Said
from retreats.house.models import HouseSettings
from retreats.languages import LANGUAGES
from retreats.reading import Reading, Values, both
from retreats.setting_up.forms.section import Section
from retreats.setting_up.service.trials import SMALLEST


def _stored_house(said: Said | HouseSettings) -> Values:
    return {
        "name": said.name or "",
        "email": said.email or "",
        **both("welcome", said.welcome),
        "languages": list(said.languages) or list(LANGUAGES),
        "currency": said.currency,
        "zone": said.zone,
    }


def _read_house(reading: Reading) -> dict[str, Any]:
    name, typed = reading.line("name", most=80), reading.line("email", most=254)
    if not name:
        reading.errors["name"] = _("Say what the house is called: it stands on every page and in every letter.")
    languages = reading.some_of("languages", list(LANGUAGES))
    if not languages:
        reading.errors["languages"] = _("Choose one language at least.")
    return {
        "name": name,
        "email": address(reading, "email", typed) if typed else None,
        "welcome": reading.both("welcome", lines=True, most=600),
        "languages": languages,
        "currency": reading.one_of("currency", SMALLEST, fallback="EUR"),
        "zone": reading.zone("zone", fallback="Europe/Lisbon"),
    }


def address(reading: Reading, field: str, typed: str) -> str:
    """A mail address as it is written down; a sentence where it is none."""
    try:
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError:
        reading.errors[field] = _(
            "This does not look like a mail address yet. It needs something before and after an @."
        )
        return typed


HOUSE = Section(
    "house",
    _l("The house"),
    _l("Name, address, first words, languages, currency, time zone"),
    _stored_house,
    _read_house,
    {
        "name": _l("Name of the house"),
        "email": _l("The house’s mail address"),
        "welcome": _l("Who you are, for the first page"),
        "languages": _l("It speaks"),
        "currency": _l("Currency"),
        "zone": _l("Time zone"),
    },
)


def _stored_colours(said: Said | HouseSettings) -> Values:
    return {"accent_light": said.accent_light or "", "accent_dark": said.accent_dark or ""}


def _read_colours(reading: Reading) -> dict[str, Any]:
    """A colour for light ground is enough: one for dark ground is made of it."""
    light, dark = _colour(reading, "accent_light", "light"), _colour(reading, "accent_dark", "dark")
    if light and not dark and "accent_dark" not in reading.errors and "accent_light" not in reading.errors:
        dark = colours.nearest(light, "dark")
    if (light, dark) == (DEFAULTS["light"].accent, DEFAULTS["dark"].accent):
        light = dark = None
    return {"accent_light": light, "accent_dark": dark}


def _colour(reading: Reading, field: str, scheme: Scheme) -> str | None:
    typed = reading.line(field, most=20).lower()
    if not typed:
        return None
    spelled = typed if typed.startswith("#") else f"#{typed}"
    found = colours.complaint(spelled, scheme)
    if found:
        reading.errors[field] = found
    return spelled


COLOURS = Section(
    "colours",
    _l("Colour and sign"),
    _l("The one colour of buttons and links, on light and on dark ground, and the sign beside the name"),
    _stored_colours,
    _read_colours,
    {"accent_light": _l("On light ground"), "accent_dark": _l("On dark ground")},
)
