"""Two versions of a section beside each other."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from flask_babel import LazyString

from retreats.catalogue.forms.options import Options
from retreats.reading import Values

Label = Callable[[str], LazyString | str]
_NOT_FIELDS = re.compile(r"csrf_token|base|then|sure|again|zone_keeps|.*_second|.*-id|.*-rows")


class Difference(NamedTuple):
    """One field in two versions."""

    label: str
    stands: str
    typed: str


def differences(label: Label, stored: Values, typed: Values, options: Options) -> list[Difference]:
    """The fields in which what stands now and what was typed differ, in words."""
    names = [name for name in dict.fromkeys([*stored, *typed]) if not _NOT_FIELDS.fullmatch(name)]
    pairs = [(name, _plain(stored.get(name, "")), _plain(typed.get(name, ""))) for name in names]
    return [
        Difference(_spelled(label, name), _in_words(name, stands, options), _in_words(name, wrote, options))
        for name, stands, wrote in pairs
        if stands != wrote
    ]


def _plain(value: str | list[str]) -> str:
    return "\n".join(sorted(value)) if isinstance(value, list) else value.replace("\r\n", "\n").strip()


def _spelled(label: Label, name: str) -> str:
    row = re.match(r"[a-z](\d+)-", name)
    words = str(label(name))
    language = {"_en": " (EN)", "_pt": " (PT)"}.get(name[-3:], "")
    return f"{int(row[1]) + 1}. {words}{language}" if row else f"{words}{language}"


def _in_words(name: str, value: str, options: Options) -> str:
    known = dict(options.get(name.rpartition("-")[2], []))
    return ", ".join(known.get(each, each) for each in value.split("\n")) if known else value
