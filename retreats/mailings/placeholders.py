"""What can be filled into a letter: a few names in braces, and nothing else. Nothing that people write is ever run."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

KNOWN: dict[str, LazyString] = {
    "name": _l("the reader’s name"),
    "gathering": _l("the title"),
    "when": _l("its days, or its day and hours"),
    "begins": _l("day and hour at which it begins"),
    "where": _l("the address or the way in online; on the waiting list only the area"),
    "getting_there": _l("how to get there, as it stands with the venue"),
    "leaders": _l("who leads it"),
    "link": _l("the reader’s own page; on the waiting list the gathering’s page"),
}
"""What a writer may use, and what stands there in the end."""
MARKDOWN = {"link", "getting_there"}
"""Filled in as Markdown; everything else is plain text, whatever it contains."""
_BRACES = re.compile(r"\{([^{}\n]*)\}")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def unknown(*texts: str) -> list[str]:
    """What stands in braces and cannot be filled in, as it was written, each once."""
    found = (match for text in texts for match in _BRACES.finditer(text))
    return list(dict.fromkeys(each[0] for each in found if _name(each[1]) not in KNOWN))


def complaint(*texts: str) -> str:
    """A sentence about what cannot be filled in; empty when all can."""
    wrong = unknown(*texts)
    if not wrong:
        return ""
    return _("We have nothing to fill in for %(wrong)s. You can use %(known)s.", wrong=", ".join(wrong),
             known=", ".join(f"{{{each}}}" for each in KNOWN))  # fmt: skip


def filled(text: str, values: Mapping[str, str], *, plain: bool = False) -> str:
    """The text with its placeholders filled in, once: a value with braces in it stays as it is.

    `plain` is for a subject line; otherwise the result is Markdown, in which a plain value means nothing but itself.
    """

    def value(match: re.Match[str]) -> str:
        name = _name(match[1])
        if name not in values:
            return match[0]
        if plain or name in MARKDOWN:
            return values[name]
        return _PUNCTUATION.sub(r"\\\1", " ".join(values[name].split()))

    return _BRACES.sub(value, text)


def _name(written: str) -> str:
    return written.strip().lower()
