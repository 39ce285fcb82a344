"""Where help is to be had at once, beside every form of the loop."""

from __future__ import annotations

from flask import current_app
from flask_babel import gettext as _

from retreats.config import Settings
from retreats.house.queries import current
from retreats.languages import t


def help_lines() -> str:
    """The house's help lines: its owner's words, else CARE_HELP_LINES, else those of Portugal in the reader's language."""
    said = " · ".join(line.strip() for line in t(current().said.help_lines).splitlines() if line.strip())
    return said or (str(current_app.config["HELP_LINES"]) if _are_given() else of_portugal())


def of_portugal() -> str:
    """Those that a house in Portugal begins with, in the reader's language."""
    return _(
        "112 in an emergency · 1411, suicide prevention, day and night · SNS 24, 808 24 24 24, for psychological counselling"
    )


def are_own() -> bool:
    """Whether somebody of this house chose them, by the page or in the environment."""
    return bool(current().said.help_lines) or _are_given()


def _are_given() -> bool:
    return bool(current_app.config["HELP_LINES"] != Settings.model_fields["help_lines"].default)
