"""Tiles drawn from a word: the house's pictures where there is no photograph.

A tile is a quarter of three by three cells, symmetric about its diagonal and mirrored twice, as the
tile makers of Lisbon did it. The seed decides every shape and colour, so that one seed always
gives the same octets; the palette is shared by a series.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple


class Palette(NamedTuple):
    """An off-white ground, and three strengths of one colour."""

    ground: str
    light: str
    mid: str
    deep: str

    def reversed(self) -> "Palette":
        return Palette(self.deep, self.mid, self.light, self.ground)


PALETTES = {
    "tejo": Palette("#f6f1e4", "#c6d5e8", "#4d7bb8", "#1f4585"),
    "sintra": Palette("#f4f1e2", "#c8dbc3", "#4f8a66", "#1d5340"),
    "alfama": Palette("#f6f2e6", "#c3d3df", "#5884a5", "#1f4260"),
    "ribeira": Palette("#f3f2e7", "#bfdad6", "#3d8784", "#134d53"),
}
TILE = 72

LEAF = "M0 0a12 12 0 0 1 12 12a12 12 0 0 1-12-12z"
FAN = "M0 0h12a12 12 0 0 1-12 12z"
HALF = "M0 0h12l-12 12z"
BOW = "M12 0a12 12 0 0 1-12 12v-5a7 7 0 0 0 7-7z"
DIAMOND = "M6 0l6 6-6 6-6-6z"
BUD = "M6 2.5l3.5 3.5-3.5 3.5-3.5-3.5z"
DISC = "M2.5 6a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z"
# Each is symmetric about the diagonal, as cells on it have to be.
SHAPES = (LEAF, FAN, BOW, DIAMOND, LEAF, HALF, FAN)
TOPS = (BUD, "", DISC, "", LEAF, "")
LARGE = (
    "M0 0h36a36 36 0 0 1-36 36z",
    "M0 0h36l-36 36z",
    "M36 12v24h-24a24 24 0 0 1 24-24z",
    "M36 0v36h-36a36 36 0 0 0 36-36z",
    "M0 0h24a24 24 0 0 1-24 24z",
)


def tile(seed: str, palette: str, *, size: int = 144) -> str:
    """One tile as an SVG document, `size` pixels square. Raises KeyError for an unknown palette."""
    colours = PALETTES[palette]
    return _document(
        f'width="{size}" height="{size}" viewBox="0 0 {TILE} {TILE}"',
        f"<defs>{_quarter(seed, colours, 'q')}</defs>{_mirrored(0, 0, colours, 'q')}",
    )


def wall(seed: str, palette: str, *, across: int = 10, down: int = 2) -> str:
    """The same tile repeated, every second one with its colours reversed: the head of a page.

    Raises KeyError for an unknown palette.
    """
    colours = PALETTES[palette]
    turned = colours.reversed()
    size = f'width="{across * TILE}" height="{down * TILE}"'
    tiles = (
        _mirrored(0, 0, colours, "q")
        + _mirrored(TILE, TILE, colours, "q")
        + _mirrored(TILE, 0, turned, "r")
        + _mirrored(0, TILE, turned, "r")
    )
    return _document(
        f'{size} viewBox="0 0 {across * TILE} {down * TILE}" preserveAspectRatio="xMidYMid slice"',
        f"<defs>{_quarter(seed, colours, 'q')}{_quarter(seed, turned, 'r')}"
        f'<pattern id="w" width="{2 * TILE}" height="{2 * TILE}" patternUnits="userSpaceOnUse">{tiles}</pattern></defs>'
        f'<rect {size} fill="url(#w)"/>',
    )


def palette_for(series_slug: str) -> str:
    """The palette that all gatherings of a series share."""
    names = sorted(PALETTES)
    return names[sha256(series_slug.encode()).digest()[0] % len(names)]


def _document(attributes: str, body: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{body}</svg>'


def _mirrored(x: int, y: int, colours: Palette, quarter: str) -> str:
    """Four quarters about the tile's centre, and the joint around them."""
    corners = "".join(
        f'<use href="#{quarter}" transform="{turn}"/>' if turn else f'<use href="#{quarter}"/>'
        for turn in ("", "scale(-1 1)", "scale(1-1)", "scale(-1)")
    )
    frame = f'<path d="M-36-36h72v72h-72z" fill="{colours.ground}"/>'
    joint = '<path d="M-36-36h72v72h-72z" fill="none" stroke="#fff" stroke-opacity=".5"/>'
    return f'<g transform="translate({x + 36} {y + 36})">{frame}{corners}{joint}</g>'


def _quarter(seed: str, colours: Palette, name: str) -> str:
    """A quarter whose origin is the tile's centre: a large figure, then the cells upon it."""
    choice = _choices(seed)
    large = f'<path fill="{colours.light}" d="{LARGE[next(choice) % len(LARGE)]}"/>'
    beside = "".join(_cell(choice, colours, x, y, turns=4) for x, y in ((1, 0), (2, 0), (2, 1)))
    upon = "".join(_cell(choice, colours, n, n, turns=2) for n in (0, 1, 2))
    return (
        f'<g id="{name}">{large}<g id="{name}h">{beside}</g>'
        f'<use href="#{name}h" transform="matrix(0 1 1 0 0 0)"/>{upon}</g>'
    )


def _cell(choice: Iterator[int], colours: Palette, x: int, y: int, *, turns: int) -> str:
    shape = SHAPES[next(choice) % len(SHAPES)]
    quarter_turns = next(choice) % turns * (4 // turns)
    top = TOPS[next(choice) % len(TOPS)]
    deep_below = next(choice) % 2
    below, above = (colours.deep, colours.light) if deep_below else (colours.mid, colours.deep)
    place = f"translate({12 * x} {12 * y})" + (f"rotate({90 * quarter_turns} 6 6)" if quarter_turns else "")
    upper = f'<path fill="{above}" d="{top}"/>' if top and top != shape else ""
    return f'<g transform="{place}"><path fill="{below}" d="{shape}"/>{upper}</g>'


def _choices(seed: str) -> Iterator[int]:
    """As many numbers from 0 to 255 as a drawing asks for, the same for the same seed."""
    block = seed.encode()
    while True:
        block = sha256(block).digest()
        yield from block
