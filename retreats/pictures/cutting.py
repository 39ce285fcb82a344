"""From a file that somebody sent to pictures that the house made: decoded, turned upright, cut, resized, written anew."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO, Any

import structlog
from flask_babel import gettext as _
from PIL import Image, ImageCms, ImageOps

from retreats.pictures.shapes import SHAPES, WHOLE, Cut, Prepared
from retreats.refusals import Refusal

READ = ("JPEG", "PNG", "WEBP", "AVIF")
"""What is tried, and nothing else of what Pillow knows: the file's first octets decide, never its name."""
MOST_PIXELS = {"JPEG": 50_000_000}
"""A telephone takes 48 million at most. A JPEG is decoded in the size that is needed, so it may declare more than others."""
MOST_PIXELS_OF_OTHERS = 25_000_000
WHOLE_ACROSS = 2400
"""The longer side of what is kept for cutting once more."""
WRITTEN: dict[str, tuple[str, dict[str, Any]]] = {  # Any: options differ from format to format
    "avif": ("AVIF", {"quality": 60, "speed": 7}),
    "webp": ("WEBP", {"quality": 76, "method": 4}),
    "jpg": ("JPEG", {"quality": 80, "progressive": True, "optimize": True}),
    WHOLE: ("WEBP", {"quality": 90}),
}
_HEIC = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis"}
_bench = threading.Lock()
"""One picture at a time in each process, so that ten of them need no more memory than one."""
log = structlog.get_logger()


class NotAPicture(Refusal):
    """It is no picture of a kind that we read, or it is broken."""

    code = "not_a_picture"
    status = 422


class TooManyPixels(Refusal):
    """It declares more pixels than we decode; it was not decoded."""

    code = "too_many_pixels"
    status = 422


class TooSmall(Refusal):
    """It would look blurred."""

    code = "picture_too_small"
    status = 422


def prepare(file: IO[bytes], *, shape: str, focus: str) -> Prepared:
    """Read what was sent and cut it. It takes a second or two: have no transaction open meanwhile.

    Raises NotAPicture, TooManyPixels, TooSmall, each with a sentence that says what to do.
    """
    with _bench, _whatever_is_in_it():
        return _cut(_upright(_opened(file)), shape, focus)


def _opened(file: IO[bytes]) -> Image.Image:
    """The file's head is read, its pixels are not."""
    first = file.read(12)
    file.seek(0)
    if first[4:8] == b"ftyp" and first[8:12] in _HEIC:
        raise NotAPicture(
            _("This is a HEIC file, as some telephones keep them. Export or share it as JPEG, and send that.")
        )
    image = Image.open(file, formats=READ)
    if image.width * image.height > MOST_PIXELS.get(image.format or "", MOST_PIXELS_OF_OTHERS):
        raise _too_many()
    return image


@contextmanager
def _whatever_is_in_it() -> Iterator[None]:
    """Decoders that are fed with foreign octets raise all sorts of things, and they all mean the same."""
    try:
        yield
    except Refusal:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _too_many() from bomb
    except Exception as error:
        log.info("picture not read", error=type(error).__name__)
        raise NotAPicture(_("We could not read this as a picture. Send a JPEG, PNG, WebP or AVIF file.")) from error


def _too_many() -> TooManyPixels:
    return TooManyPixels(
        _("This picture has more pixels than we can take. Make it smaller first: 2400 pixels across are plenty.")
    )


def _upright(image: Image.Image) -> Image.Image:
    """Decoded, no larger than we need, the right way up, in the colours of screens, and nothing but its pixels."""
    image.draft("RGB", (WHOLE_ACROSS, WHOLE_ACROSS))
    image.load()
    turned = _turned(image)
    if turned.mode == "P" or "transparency" in turned.info:
        turned = turned.convert("RGBA")
    turned.thumbnail((WHOLE_ACROSS, WHOLE_ACROSS), Image.Resampling.LANCZOS, reducing_gap=2)
    bare = Image.new("RGB", turned.size)
    bare.paste(_in_screen_colours(turned))
    return bare


def _turned(image: Image.Image) -> Image.Image:
    """As its EXIF says it should be held; as it lies, when that cannot be read."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception as error:  # noqa: BLE001  (as in _whatever_is_in_it, and no reason to refuse the picture)
        log.info("orientation not read", error=type(error).__name__)
        return image


def _in_screen_colours(image: Image.Image) -> Image.Image:
    """In sRGB, on white where it was transparent."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):  # 16 bits of grey
        image = image.point(lambda value: value / 256).convert("L")
    if image.mode.endswith("A"):
        seen = image.convert("RGBA")
        image = Image.new("RGB", seen.size, "white")
        image.paste(seen, mask=seen.getchannel("A"))
    if profile:
        try:
            screen = ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(image, BytesIO(profile), screen, outputMode="RGB") or image
        except (ImageCms.PyCMSError, OSError, ValueError) as error:
            log.info("colour profile not read", error=type(error).__name__)
    return image.convert("RGB")


def _cut(image: Image.Image, shape: str, focus: str) -> Prepared:
    """Raises TooSmall."""
    wanted = SHAPES[shape]
    width = min(image.width, image.height * wanted.across // wanted.down)
    if width < wanted.least:
        raise TooSmall(
            _("This picture is too small to look well: cut to its shape, it has to be %(least)s pixels wide.",
              least=wanted.least)
        )  # fmt: skip
    part = image.crop(_frame(image, width, wanted.height_of(width), focus))
    cuts = []
    for each in wanted.widths_within(width):
        resized = part.resize((each, wanted.height_of(each)), Image.Resampling.LANCZOS)
        cuts += [_written(resized, kind) for kind in WRITTEN if kind != WHOLE]
    return Prepared(shape, focus, _written(image, WHOLE), cuts)


def _frame(image: Image.Image, width: int, height: int, focus: str) -> tuple[int, int, int, int]:
    spare_across, spare_down = image.width - width, image.height - height
    left = {"left": 0, "right": spare_across}.get(focus, spare_across // 2)
    top = {"top": 0, "bottom": spare_down}.get(focus, spare_down // 2)
    return left, top, left + width, top + height


def _written(image: Image.Image, kind: str) -> Cut:
    name, options = WRITTEN[kind]
    written = BytesIO()
    image.save(written, name, **options)
    return Cut(kind, image.width, written.getvalue())
