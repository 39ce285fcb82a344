"""The house's own sign: whatever picture is sent, decoded and written anew as one small square."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import IO

import structlog
from flask_babel import gettext as _
from PIL import Image, ImageOps

from retreats.refusals import Refusal

READ = ("JPEG", "PNG", "WEBP", "AVIF")
"""What is tried: the file's first octets decide, never its name. No SVG, which is a program."""
MOST_PIXELS = 25_000_000
LEAST, SIDE = 48, 192
"""In pixels: what looks well at 40 on a dense screen, and what is written."""
GROUND = "#fffdf8"
"""What is transparent stands on this, so that a dark sign can be seen on a dark page too."""
log = structlog.get_logger()


class NotALogo(Refusal):
    """It is no picture of a kind that we read, it is broken, too small or too large."""

    code = "not_a_logo"
    status = 422


def prepare(file: IO[bytes]) -> bytes:
    """A PNG of SIDE by SIDE pixels, and nothing of the file but what one sees. Raises NotALogo with a sentence."""
    try:
        image = Image.open(file, formats=READ)
        seen = _seen(image) if image.width * image.height <= MOST_PIXELS else None
    except Exception as error:  # decoders that are fed with foreign octets raise all sorts of things
        log.info("logo not read", error=type(error).__name__)
        raise NotALogo(_("We could not read this as a picture. Send a PNG, JPEG, WebP or AVIF file.")) from error
    if seen is None:
        raise NotALogo(
            _("This picture has more pixels than we can take. Make it smaller first: 512 across are plenty.")
        )
    if max(seen.size) < LEAST:
        raise NotALogo(_("This picture is too small to look well: its longer side has to be 48 pixels at least."))
    return _written(seen)


def _seen(image: Image.Image) -> Image.Image:
    """The right way up."""
    return ImageOps.exif_transpose(image).convert("RGBA")


def _written(seen: Image.Image) -> bytes:
    fitting = ImageOps.contain(seen, (SIDE, SIDE), Image.Resampling.LANCZOS)
    square = Image.new("RGB", (SIDE, SIDE), GROUND)
    square.paste(fitting, ((SIDE - fitting.width) // 2, (SIDE - fitting.height) // 2), fitting.getchannel("A"))
    written = BytesIO()
    square.save(written, "PNG", optimize=True)
    return written.getvalue()


def name_of(content: bytes) -> str:
    """Its name in its address: another picture has another."""
    return hashlib.sha256(content).hexdigest()[:32]
