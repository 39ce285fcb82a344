"""Where help is to be had at once, beside every form of the loop."""

from __future__ import annotations

from flask import current_app
from flask_babel import gettext as _

from retreats.config import Settings


def help_lines() -> str:
    """The house's help lines (CARE_HELP_LINES); those of Portugal are said in the reader's language."""
    chosen = str(current_app.config["HELP_LINES"])
    if chosen != Settings.model_fields["help_lines"].default:
        return chosen
    return _(
        "112 in an emergency · 1411, suicide prevention, day and night · SNS 24, 808 24 24 24, for psychological counselling"
    )
