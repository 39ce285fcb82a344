"""Pages by an own link are read in their owner's language, unless they chose another."""

from __future__ import annotations

from flask import g, request
from flask_babel import refresh

from retreats.languages import COOKIE, offered, spoken_to


def speak(language: str) -> None:
    """From here on this answer speaks so."""
    if request.args.get("lang") not in offered() and request.cookies.get(COOKIE) not in offered():
        g.language = spoken_to(language)
        refresh()
