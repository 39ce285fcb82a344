"""What a file is, by its first octets and never by its name; and a picture without what a camera wrote into it."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

from flask_babel import gettext as _
from PIL import Image, ImageOps

from retreats.refusals import Refusal

MOST_OCTETS = 20 * 2**20
"""What one file may weigh."""
MOST_PIXELS = 25_000_000
_VIDEO = re.compile(rb"hdlr.{8}vide", re.DOTALL)
_SOUND = {b"M4A ", b"M4B ", b"mp42", b"isom"}
ENDINGS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/flac": "flac",
}
"""What is taken, with the ending of its name."""
_PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_BEGINS: dict[str, Callable[[bytes], bool]] = {
    "application/pdf": lambda head: head.startswith(b"%PDF-"),
    "image/jpeg": lambda head: head.startswith(b"\xff\xd8\xff"),
    "image/png": lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/webp": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
    "audio/wav": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WAVE",
    "audio/ogg": lambda head: head.startswith(b"OggS"),
    "audio/flac": lambda head: head.startswith(b"fLaC"),
    "audio/mp4": lambda head: head[4:8] == b"ftyp" and head[8:12] in _SOUND,
    "audio/mpeg": lambda head: head.startswith(b"ID3") or _is_mpeg_frame(head),
}


class NotTaken(Refusal):
    """It is no file of a kind that the house keeps, or it is broken."""

    code = "file_not_taken"
    status = 422


def recognised(content: bytes) -> tuple[str, bytes]:
    """What it is, and the octets to keep: those of pictures are written anew. Raises NotTaken, with what to do."""
    if not content:
        raise NotTaken(_("Choose a file."))
    if len(content) > MOST_OCTETS:
        raise NotTaken(
            _("We take files of up to %(most)s MB. Make it smaller, or give a link.", most=MOST_OCTETS // 2**20)
        )
    kind = next((kind for kind, begins in _BEGINS.items() if begins(content[:16])), None)
    if kind is None or (kind == "audio/mp4" and _VIDEO.search(content)):
        raise NotTaken(_("We take PDF, pictures (JPEG, PNG, WebP) and sound (MP3, M4A, OGG, WAV, FLAC). Choose another file, "
                         "or give a link."))  # fmt: skip
    return kind, _anew(content, _PICTURES[kind]) if kind in _PICTURES else content


def _anew(content: bytes, form: str) -> bytes:
    """The same picture, turned upright, without where and when it was taken."""
    written = BytesIO()
    try:
        with Image.open(BytesIO(content), formats=(form,)) as image:
            is_too_large = image.width * image.height > MOST_PIXELS
            if not is_too_large:
                options = {} if form == "PNG" else {"quality": 90}
                ImageOps.exif_transpose(image).save(written, form, **options)
    except Exception as error:  # decoders that are fed with foreign octets raise all sorts of things
        raise NotTaken(
            _("We cannot read this picture: it is broken, or not what its name says. Choose another.")
        ) from error
    if is_too_large:
        raise NotTaken(_("This picture has more points than we can work with. Make it smaller, or give a link."))
    return written.getvalue()


def _is_mpeg_frame(head: bytes) -> bool:
    """A sync word, a known version, and layer III (ISO/IEC 11172-3, 2.4.2.3)."""
    return (
        len(head) > 1
        and head[0] == 0xFF
        and head[1] & 0xE0 == 0xE0
        and head[1] & 0x18 != 0x08
        and head[1] & 0x06 == 0x02
    )
