"""What a picture of the house is: its shapes, its formats, and the pieces between cutting and keeping."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}
"""The formats in which everything can be had, and what they are called on the web."""
WHOLE = "whole"
"""The kind of the one rendition that nobody is shown: the picture before it was cut to its shape."""
FOCUSES = ("centre", "top", "bottom", "left", "right")


@dataclass(frozen=True)
class Shape:
    """The shape that a picture is cut to, and the widths it is made in."""

    across: int
    down: int
    widths: tuple[int, ...]
    least: int
    """How many pixels wide it has to be once cut."""

    def height_of(self, width: int) -> int:
        """How high it is at this width."""
        return round(width * self.down / self.across)

    def widths_within(self, width: int) -> list[int]:
        """Those it can be made in without being enlarged, smallest first."""
        largest = min(width, self.widths[-1])
        return [*(each for each in self.widths if each < largest), largest]


SHAPES = {
    "wide": Shape(16, 9, (480, 800, 1312), least=640),
    "square": Shape(1, 1, (160, 320, 640), least=240),
}


@dataclass(frozen=True)
class Cut:
    """One rendition, not kept yet."""

    kind: str
    width: int
    content: bytes


@dataclass(frozen=True)
class Prepared:
    """A picture ready to be kept: its renditions, and the whole it was cut from."""

    shape: str
    focus: str
    whole: Cut
    cuts: list[Cut]
