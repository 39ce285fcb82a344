"""The house's own colour: which can be read, which cannot, and the small style sheet made of it.

The address of that sheet is made of the colours themselves, so it never changes and can be kept for ever.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext as _

Scheme = Literal["light", "dark"]
LEAST = 4.5
"""WCAG 2.2, success criterion 1.4.3."""
AT_LENGTH = 7.0
"""For text that people read at length (1.4.6)."""
HEX = re.compile(r"#[0-9a-f]{6}")
SHEET = re.compile(r"([0-9a-f]{6})-([0-9a-f]{6})")
_SHARES = tuple(number / 100 for number in range(12, -1, -1))


@dataclass(frozen=True)
class Ground:
    """What the accent stands on in one scheme: the tokens of static/base.css, as a test compares."""

    paper: str
    sheet: str
    ink: str
    quiet: str


GROUNDS: dict[Scheme, Ground] = {
    "light": Ground(paper="#faf6ee", sheet="#fffdf8", ink="#231d17", quiet="#5a5046"),
    "dark": Ground(paper="#1b1713", sheet="#25201a", ink="#f1e9dc", quiet="#bdb1a0"),
}


@dataclass(frozen=True)
class Accent:
    """The accent of one scheme, the ink on it, and its faint wash."""

    accent: str
    ink: str
    wash: str


DEFAULTS: dict[Scheme, Accent] = {
    "light": Accent("#1d5b43", "#fffdf8", "#e7eee3"),
    "dark": Accent("#93cdac", "#10241a", "#24302a"),
}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definitions)."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def legibility(colour: str, scheme: Scheme) -> float:
    """The weakest contrast that this accent would have on the grounds of a scheme."""
    ground = GROUNDS[scheme]
    return min(contrast(colour, ground.paper), contrast(colour, ground.sheet))


def complaint(colour: str, scheme: Scheme) -> str | None:
    """Why this cannot be the accent of a scheme, in a sentence that says what to do; None when it can."""
    if not HEX.fullmatch(colour):
        return _("Write a colour as # and six digits or letters from a to f, like #1d5b43.")
    found = legibility(colour, scheme)
    if found >= LEAST:
        return None
    values = {"found": f"{int(found * 10) / 10:.1f}", "near": nearest(colour, scheme)}
    if scheme == "light":
        return _("On the light ground its contrast is %(found)s : 1, and people need 4.5 : 1 to read it. Choose a darker one: %(near)s is the nearest that can be read.", **values)  # fmt: skip
    return _("On the dark ground its contrast is %(found)s : 1, and people need 4.5 : 1 to read it. Choose a lighter one: %(near)s is the nearest that can be read.", **values)  # fmt: skip


def nearest(colour: str, scheme: Scheme) -> str:
    """The colour nearest to this one that can be read, mixed with black or with white."""
    towards = "#000000" if scheme == "light" else "#ffffff"
    shares = (number / 100 for number in range(101))
    return next(each for share in shares if legibility(each := mixed(towards, colour, share), scheme) >= LEAST)


def accent_of(colour: str, scheme: Scheme) -> Accent:
    """The accent with its ink, and a wash on which everything can still be read."""
    ground = GROUNDS[scheme]
    if colour == DEFAULTS[scheme].accent:
        return DEFAULTS[scheme]
    washes = (mixed(colour, ground.paper, share) for share in _SHARES)
    wash = next(each for each in washes if _can_be_read_on(each, colour, ground))
    return Accent(colour, ground.sheet if scheme == "light" else ground.paper, wash)


def _can_be_read_on(wash: str, accent: str, ground: Ground) -> bool:
    return (
        contrast(ground.ink, wash) >= AT_LENGTH
        and contrast(ground.quiet, wash) >= LEAST
        and contrast(accent, wash) >= LEAST
    )


def mixed(colour: str, into: str, share: float) -> str:
    """That share of one colour in another."""
    parts = (
        round(int(colour[start : start + 2], 16) * share + int(into[start : start + 2], 16) * (1 - share))
        for start in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)


def sheet_name(light: str, dark: str) -> str:
    """The part of the sheet's address that says which colours are in it."""
    return f"{light[1:]}-{dark[1:]}"


def sheet(named: str) -> str | None:
    """The style sheet of this name, or None when a colour in it could not be read. It leaves print in black."""
    found = SHEET.fullmatch(named)
    if found is None:
        return None
    light, dark = f"#{found[1]}", f"#{found[2]}"
    if legibility(light, "light") < LEAST or legibility(dark, "dark") < LEAST:
        return None
    return (
        f"@media screen {{ :root {{ {_tokens(accent_of(light, 'light'))} }} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {_tokens(accent_of(dark, 'dark'))} }} }}\n"
    )


def _tokens(accent: Accent) -> str:
    return f"--accent: {accent.accent}; --accent-ink: {accent.ink}; --accent-wash: {accent.wash};"
