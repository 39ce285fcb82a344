"""What people type when they sign in or say what they are called, and where they want to go afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from retreats.reading import Reading

LONGEST_PATH = 500
_PLAIN = re.compile(r"[!-\[\]-~]+")
"""Printable ASCII without the backslash: browsers read `/\\host` as another site, and drop tabs and line ends."""


def own_path(spelled: str | None) -> str | None:
    """This as a path on our own site, or None when it might lead anywhere else."""
    if not spelled or len(spelled) > LONGEST_PATH or not _PLAIN.fullmatch(spelled):
        return None
    if not spelled.startswith("/") or spelled.startswith("//"):
        return None
    try:
        parts = urlsplit(spelled)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else spelled


@dataclass(frozen=True)
class Address:
    """A mail address as it was typed, and what is wrong with it, if anything."""

    typed: str
    error: str | None = None

    @classmethod
    def read(cls, typed: str) -> Address:
        """Judge what was typed."""
        typed = typed.strip()
        if not typed:
            return cls(typed, _("We need your address to send you a link."))
        try:
            return cls(validate_email(typed, check_deliverability=False).normalized)
        except EmailNotValidError:
            return cls(
                typed[:254], _("This does not look like a mail address yet. It needs something before and after an @.")
            )


@dataclass(frozen=True)
class NameForm:
    """What somebody is called, and what their papers say where that is something else."""

    name: str
    legal_name: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, sent: MultiDict[str, str]) -> NameForm:
        """Judge what was typed."""
        reading = Reading(sent)
        name, legal_name = reading.line("name", most=120), reading.line("legal_name", most=200)
        if not name:
            reading.errors["name"] = _("Write what you want to be called.")
        return cls(name, "" if legal_name == name else legal_name, reading.errors)
