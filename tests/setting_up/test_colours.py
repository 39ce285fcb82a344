"""The house's one colour: whatever somebody chooses, people can read it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from retreats.house import colours
from tests.conftest import ROOT


def test_the_grounds_are_those_of_the_style_sheet() -> None:
    css = (Path(ROOT) / "static" / "base.css").read_text(encoding="utf-8")
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part)) for part in css.split("prefers-color-scheme: dark", 1)
    )

    for scheme, found in (("light", light), ("dark", dark)):
        ground, accent = colours.GROUNDS[scheme], colours.DEFAULTS[scheme]
        assert (ground.paper, ground.sheet, ground.ink, ground.quiet) == tuple(
            found[each] for each in ("paper", "sheet", "ink", "quiet")
        )
        assert (accent.accent, accent.ink, accent.wash) == (found["accent"], found["accent-ink"], found["accent-wash"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("red", range(0, 256, 51))
def test_every_colour_is_either_readable_or_answered_with_one_that_is(
    app: object, scheme: colours.Scheme, red: int
) -> None:
    for green in range(0, 256, 51):
        for blue in range(0, 256, 51):
            colour = f"#{red:02x}{green:02x}{blue:02x}"
            found = colours.nearest(colour, scheme)
            accent, ground = colours.accent_of(found, scheme), colours.GROUNDS[scheme]

            assert colours.complaint(found, scheme) is None
            assert (found == colour) is (colours.complaint(colour, scheme) is None)
            pairs = [
                (found, ground.paper),
                (found, ground.sheet),
                (accent.ink, found),
                (found, accent.wash),
                (ground.quiet, accent.wash),
            ]
            assert min(colours.contrast(*pair) for pair in pairs) >= 4.5, colour
            assert colours.contrast(ground.ink, accent.wash) >= 7, colour


def test_contrast_is_that_of_wcag() -> None:
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
