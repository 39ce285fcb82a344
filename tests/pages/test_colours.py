"""The style sheet keeps its promises: contrast, weight, and nothing from elsewhere."""

import re
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHEET = (ROOT / "static" / "base.css").read_text(encoding="utf-8")
SURFACES = ["paper", "sheet"]
WASHES = ["accent-wash", "good-wash", "care-wash", "problem-wash"]
READ_AT_LENGTH = [("ink", surface) for surface in SURFACES + WASHES]
READ = [
    *product(["quiet", "accent", "good", "care", "problem"], SURFACES),
    *product(["quiet"], WASHES),
    *((role, f"{role}-wash") for role in ("accent", "good", "care", "problem")),
    ("accent-ink", "accent"),
]
SEEN = [*product(["edge", "tile", "accent", "problem"], SURFACES)]


def tokens(scheme):
    light, dark = re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)[:2]
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    return found | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark)) if scheme == "dark" else found


def luminance(colour):
    """Relative luminance (WCAG 2.2, definitions)."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_the_standard_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("pairs", "least"), [(READ_AT_LENGTH, 7), (READ, 4.5), (SEEN, 3)], ids=["read at length", "read", "seen"]
)
def test_every_pair_of_colours_can_be_told_apart(scheme, pairs, least):
    colours = tokens(scheme)

    weak = {pair: round(contrast(*(colours[role] for role in pair)), 2) for pair in pairs}

    assert {pair: ratio for pair, ratio in weak.items() if ratio < least} == {}


def test_dark_redefines_every_colour():
    light, dark = re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)[:2]
    named = [set(re.findall(r"--([a-z-]+): #", each)) for each in (light, dark)]

    assert named[0] == named[1]


def test_the_browser_frame_has_the_colour_of_the_paper():
    layout = (ROOT / "templates" / "layout.html").read_text(encoding="utf-8")

    assert re.findall(r'name="theme-color" content="(#\w+)"', layout) == [
        tokens("light")["paper"],
        tokens("dark")["paper"],
    ]


def test_the_sheet_and_the_type_are_light():
    fonts = list((ROOT / "static" / "fonts").glob("*.woff2"))

    assert len(SHEET.encode()) <= 30_000
    assert 0 < sum(font.stat().st_size for font in fonts) <= 40_000


def test_all_that_the_sheet_names_is_in_the_house_and_the_preloaded_font_is_the_one_it_uses():
    named = re.findall(r'url\("([^"?]+)\?v=\d+"\)', SHEET)
    preloaded = re.findall(
        r"rel=\"preload\" href=\"{{ url_for\('static', filename='([^']+)', v=1\)",
        (ROOT / "templates" / "layout.html").read_text(),
    )

    assert named
    assert all((ROOT / "static" / each).is_file() for each in named)
    assert "//" not in SHEET.replace("*/", "").replace("/*", "")
    assert preloaded
    assert all(f'url("{each}?v=1")' in SHEET for each in preloaded)


def test_no_piece_carries_style_or_script_of_its_own():
    pieces = [ROOT / "templates" / "layout.html", *(ROOT / "templates" / "parts").glob("*.html")]

    for piece in pieces:
        assert re.findall(r"\bstyle=|<style|<script|\bon[a-z]+=", piece.read_text(encoding="utf-8")) == [], piece.name
