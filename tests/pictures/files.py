"""Files as people send them, and as attackers do. Nothing here is a photograph: two coloured halves say enough."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms

from retreats.pictures.cutting import prepare
from retreats.pictures.shapes import Prepared

RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 160, 60), (30, 60, 190), (255, 255, 255)
Colour = tuple[int, int, int]


def halves(size: tuple[int, int] = (700, 520), first: Colour = RED, second: Colour = BLUE, *, side_by_side: bool = False) -> Image.Image:  # fmt: skip
    """The first colour above the second, or to the left of it."""
    image = Image.new("RGB", size, first)
    width, height = size
    image.paste(second, (width // 2, 0, width, height) if side_by_side else (0, height // 2, width, height))
    return image


def a_file(image: Image.Image | None = None, kind: str = "JPEG", **options: Any) -> BytesIO:
    """It as a file."""
    written = BytesIO()
    (image or halves()).save(written, kind, **options)
    written.seek(0)
    return written


def prepared(*, shape: str = "wide", focus: str = "centre", **looks: Any) -> Prepared:
    """A picture ready to be kept."""
    return prepare(a_file(halves(**looks)), shape=shape, focus=focus)


def opened(content: bytes) -> Image.Image:
    """What came out, as a browser would read it."""
    image = Image.open(BytesIO(content))
    image.load()
    return image


def looks(image: Image.Image, colour: Colour, *, at: tuple[float, float]) -> bool:
    """Whether this point (from 0 to 1 in both directions) has this colour, as nearly as the formats keep it."""
    found = image.convert("RGB").getpixel((int(at[0] * (image.width - 1)), int(at[1] * (image.height - 1))))
    return all(abs(one - other) < 24 for one, other in zip(found, colour, strict=True))


def with_gps() -> Image.Exif:
    """EXIF as a telephone writes it: lying on its side, with a place, a moment and a name."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F], exif[0x013B] = "Canary Telephones", "Mira Canary"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (38.0, 43.0, 20.0)
    gps[3], gps[4] = "W", (9.0, 8.0, 10.0)
    return exif


def a_png_that_declares(width: int, height: int) -> BytesIO:
    """A few octets that claim to be a picture of this size."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 4096)), (b"IEND", b""))
    return BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    ))  # fmt: skip


def a_profile_that_swaps_red_and_green() -> bytes:
    """A colour profile in which what is called red looks green: whoever ignores it shows the wrong colour."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for at in range(132, 132 + 12 * struct.unpack(">I", profile[128:132])[0], 12):
        name = bytes(profile[at : at + 4])
        profile[at : at + 4] = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ"}.get(name, name)
    return bytes(profile)


SVG = b"""<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY passwd SYSTEM "file:///etc/passwd">]>
<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="2000" onload="alert(1)"><script>alert(1)</script>
<foreignObject><body xmlns="http://www.w3.org/1999/xhtml">&passwd;</body></foreignObject></svg>"""
SCRIPT = b"<script>alert('canary')</script><?php system('canary'); ?>"
