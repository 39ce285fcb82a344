"""What the files in `community/` say: read once, trimmed, and otherwise as written."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "community"
GATHERINGS = (
    "slow-weekend-listening",
    "body-and-word-breath",
    "holding-a-group",
    "tuesday-circle",
    "hands-in-clay",
    "slow-weekend-beginning-again",
    "five-days-by-the-sea",
    "body-and-word-voice",
)
"""The gatherings, by the names of their files, in the order in which they begin."""

Table = dict[str, Any]
"""A table of a TOML file: texts, numbers, lists and tables, whose shape tests/demo holds to the models."""


@cache
def said(name: str) -> Table:
    """One file below `community/`, without `.toml`."""
    table = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    trimmed: Table = _trimmed(table)
    return trimmed


def gathering(slug: str) -> Table:
    """What one gathering's file says; of one of an earlier year, what its line there says beside the file it is like."""
    own = next((each for each in said("earlier")["gatherings"] if each["slug"] == slug), None)
    return said(f"gatherings/{slug}") if own is None else said(f"gatherings/{own['base']}") | own


def address(key: str) -> str:
    """The mail address of somebody in `people.toml`."""
    return f"{key}@example.org"


def _trimmed(value: Any) -> Any:  # Any: whatever TOML can say
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return [_trimmed(each) for each in value]
    if isinstance(value, dict):
        return {key: _trimmed(each) for key, each in value.items()}
    return value
