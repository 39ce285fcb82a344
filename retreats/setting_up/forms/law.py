"""Who the house is in law, and whom people in need can call."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from retreats.house import legal
from retreats.house.keeping import Said
from retreats.house.models import HouseSettings
from retreats.reading import Reading, Values, both
from retreats.setting_up.forms.section import Section


def _stored_imprint(said: Said | HouseSettings) -> Values:
    return {name: said.imprint.get(name, "") for name in (*legal.FACTS, "complaints_url")}


def _read_imprint(reading: Reading) -> dict[str, Any]:
    facts = {name: reading.text(name, most=500) if name in legal.LINES else reading.line(name) for name in legal.FACTS}
    link = reading.line("complaints_url")
    if link and not link.startswith("https://"):
        reading.errors["complaints_url"] = _("Begin the link with https://")
    return {"imprint": {name: text for name, text in {**facts, "complaints_url": link}.items() if text}}


IMPRINT = Section(
    "imprint",
    _l("Who you are in law"),
    _l("Facts that the imprint, the terms and the privacy notice are filled with"),
    _stored_imprint,
    _read_imprint,
    {
        "legal_name": _l("Name of the association, company or person"),
        "legal_form": _l("Legal form"),
        "tax_number": _l("Tax number (NIF or NIPC)"),
        "address": _l("Postal address"),
        "phone": _l("Telephone"),
        "represented_by": _l("Represented by"),
        "register": _l("Where it is registered"),
        "dispute_body": _l("Where consumers can turn in a dispute"),
        "complaints_url": _l("Link to the complaints book"),
    },
)


def _stored_help(said: Said | HouseSettings) -> Values:
    return both("help_lines", said.help_lines)


def _read_help(reading: Reading) -> dict[str, Any]:
    lines = reading.both("help_lines", lines=True, most=1000)
    if not lines:
        reading.errors["help_lines_en"] = _("Name one line at least that answers at any hour.")
    return {"help_lines": lines}


HELP = Section(
    "help",
    _l("Help lines"),
    _l("Whom people in need can call at any hour"),
    _stored_help,
    _read_help,
    {"help_lines": _l("One line for each")},
)
