"""Reading fields as a browser sent them: what was typed is kept, and each mistake gets a sentence."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from retreats import wall
from retreats.db import Localised
from retreats.house.queries import current

Values = dict[str, str | list[str]]
"""Fields by name, as a browser would send them."""
LINE, TEXT = 200, 20_000
LARGEST = 2**63
_TURNING = "\u200b\u200e\u200f\u2028\u2029\ufeff\u202a-\u202e\u2066-\u2069\ufffe\uffff"
_DROPPED = re.compile(f"[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f{_TURNING}]")
_AMOUNT = re.compile(r"(\d{1,6})(?:[.,](\d{2}))?")


@cache
def zones() -> tuple[str, ...]:
    """The time zones that a place can be in, by name."""
    return tuple(sorted(each for each in available_timezones() if "/" in each and not each.startswith("Etc/")))


class Reading:
    """One form as it was sent. `errors` names fields and says what to do; ask for each field once."""

    def __init__(self, sent: MultiDict[str, str]) -> None:
        self.sent = sent
        self.errors: dict[str, str] = {}

    def line(self, name: str, *, most: int = LINE) -> str:
        """One line of text, without control characters and what turns the reading direction."""
        return self._bounded(name, " ".join(_DROPPED.sub("", self._raw(name)).split()), most)

    def text(self, name: str, *, most: int = TEXT) -> str:
        """Text of several lines."""
        return self._bounded(name, _DROPPED.sub("", self._raw(name).replace("\r\n", "\n")).strip(), most)

    def both(self, name: str, *, lines: bool = False, most: int | None = None) -> Localised:
        """One thing said in both languages; a language left empty is left out."""
        read = self.text if lines else self.line
        said = {code: read(f"{name}_{code}", most=most or (TEXT if lines else LINE)) for code in ("en", "pt")}
        return {code: text for code, text in said.items() if text}

    def whole(self, name: str, *, least: int = 0, most: int = 100_000) -> int | None:
        """A whole number, or None when left empty."""
        typed = self._raw(name).strip()
        if not typed:
            return None
        if not (typed.isascii() and typed.isdigit() and len(typed) < 10 and least <= int(typed) <= most):
            self.errors[name] = _("Write a whole number from %(least)s to %(most)s.", least=least, most=most)
            return None
        return int(typed)

    def amount(self, name: str) -> int | None:
        """An amount of money in minor units, or None when left empty: `480`, `480,50`, `12.00 €`."""
        typed = self._raw(name).replace("€", "").replace(current().currency, "").strip()
        if not typed:
            return None
        found = _AMOUNT.fullmatch(typed)
        if found is None:
            self.errors[name] = _("Write an amount like 480 or 480.50; 0 is free.")
            return None
        return int(found[1]) * 100 + int(found[2] or 0)

    def one_of(self, name: str, options: Collection[str], *, fallback: str = "") -> str:
        """One of these, or the fallback."""
        typed = self._raw(name)
        return typed if typed in options else fallback

    def some_of(self, name: str, options: Collection[str]) -> list[str]:
        """Those that were chosen, in the order of `options`."""
        chosen = set(self.sent.getlist(name))
        return [each for each in options if each in chosen]

    def number_of(self, name: str) -> int | None:
        """The id of a chosen row, or None."""
        typed = self._raw(name)
        return int(typed) if is_row(typed) else None

    def zone(self, name: str, *, fallback: str) -> str:
        """A time zone by its name."""
        typed = self._raw(name).strip() or fallback
        if typed not in zones():
            self.errors[name] = _("Write a time zone by its name, like Europe/Lisbon.")
            return fallback
        return typed

    def moment(self, name: str, zone: str) -> datetime | None:
        """The moment of a wall-clock time in a zone, or None when left empty. `<name>_second` chooses a doubled hour."""
        typed = self._raw(name).strip()[:16].replace(" ", "T")
        if not typed:
            return None
        second = {"first": False, "second": True}.get(self._raw(f"{name}_second"))
        try:
            return wall.moment_of(typed, zone, second=second)
        except wall.NoSuchTime:
            self.errors[name] = _("Write a day and a time that exist, between the years 2000 and 2100.")
        except wall.SkippedHour:
            self.errors[name] = _(
                "That night the clocks are put forward, and this hour does not take place. Choose another."
            )
        except wall.DoubledHour:
            self.errors[name] = _(
                "That night the clocks are put back, and this hour comes twice. Say below which one you mean."
            )
        return None

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self._raw(name))

    def _raw(self, name: str) -> str:
        return self.sent.get(name, "")

    def _bounded(self, name: str, text: str, most: int) -> str:
        if len(text) > most:
            self.errors[name] = _("Please shorten this to %(most)s characters.", most=most)
        return text


def is_row(typed: str) -> bool:
    """Whether this can be the id of a row, as both stores have them."""
    return typed.isascii() and typed.isdigit() and len(typed) < 20 and int(typed) < LARGEST


def as_values(sent: MultiDict[str, str]) -> Values:
    """What was sent, to show it again as it was typed."""
    return {name: (sent.getlist(name) if len(sent.getlist(name)) > 1 else sent[name]) for name in sent}


def both(name: str, text: dict[str, str] | None) -> Values:
    """A text in both languages as its two fields."""
    return {f"{name}_{code}": (text or {}).get(code, "") for code in ("en", "pt")}


def rows(sent: MultiDict[str, str], prefix: str, *, most: int = 80) -> list[str]:
    """The prefixes of the rows that were sent, in order: `t0-`, `t1-` …"""
    wanted = sent.get(f"{prefix}-rows", "0")
    count = min(int(wanted), most) if wanted.isascii() and wanted.isdigit() and len(wanted) < 4 else 0
    return [f"{prefix}{index}-" for index in range(count)]
