"""Reading the forms of those who lead: what was typed is kept, and each mistake gets a sentence."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from retreats.catalogue.models import Gathering
from retreats.db import Localised
from retreats.languages import offered
from retreats.practices import files
from retreats.practices.service import Given, Item, Words
from retreats.reading import Reading, rows
from retreats.refusals import NotFound

KINDS = ("text", "link", "file")
TITLE, HOW, HOW_LONG = 120, 4000, 120
LAST_YEAR = 365


def languages_of(gathering: Gathering) -> list[str]:
    """In which languages something for this gathering has to be said."""
    return [code for code in offered() if code in gathering.languages] or list(offered())[:1]


def practice(reading: Reading, gathering: Gathering) -> Words:
    """A practice in words."""
    words = Words(
        title=reading.both("title", most=TITLE),
        how=reading.both("how", lines=True, most=HOW),
        how_long=reading.both("how_long", most=HOW_LONG),
    )
    _said(reading, gathering, "title", words.title, _("Give the practice a name."))
    _said(reading, gathering, "how", words.how, _("Say in plain words how it is done."))
    _said(reading, gathering, "how_long", words.how_long, _("Say how long it takes, for example: ten minutes."))
    return words


def material(reading: Reading, gathering: Gathering, kind: str, upload: FileStorage | None = None) -> Given:
    """Something to give along. Raises NotFound for a kind that there is not."""
    if kind not in KINDS:
        raise NotFound
    title = reading.both("title", most=TITLE)
    _said(reading, gathering, "title", title, _("Say what it is."))
    text = reading.both("text", lines=True) if kind == "text" else {}
    if kind == "text":
        _said(reading, gathering, "text", text, _("Write the text."))
    href = _href(reading) if kind == "link" else ""
    media_type, content = _file(reading, upload) if kind == "file" and upload is not None else ("", b"")
    return Given(kind=kind, title=title, text=text, href=href, media_type=media_type, content=content,
                 after_end=reading.one_of("opens", ("now", "after"), fallback="now") == "after")  # fmt: skip


def preparation(reading: Reading, gathering: Gathering) -> list[Item]:
    """The list before coming: lines that were left empty are not in it."""
    found = []
    for prefix in rows(reading.sent, "line"):
        text = reading.both(f"{prefix}text", most=TITLE)
        days = reading.whole(f"{prefix}days", most=LAST_YEAR)
        if text:
            _said(reading, gathering, f"{prefix}text", text, _("Say it in this language too, or empty both."))
            found.append(Item(reading.number_of(f"{prefix}id"), text, days))
    return found


def _said(reading: Reading, gathering: Gathering, name: str, said: Localised, sentence: str) -> None:
    for code in languages_of(gathering):
        if not said.get(code):
            reading.errors.setdefault(f"{name}_{code}", sentence)


def _href(reading: Reading) -> str:
    href = reading.line("href", most=2000)
    parts = urlsplit(href) if href else None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.netloc:
        reading.errors.setdefault("href", _("Write the whole address, beginning with https://"))
    return href


def _file(reading: Reading, upload: FileStorage) -> tuple[str, bytes]:
    try:
        return files.recognised(upload.stream.read(files.MOST_OCTETS + 1))
    except files.NotTaken as refused:
        reading.errors["file"] = refused.sentence
        return "", b""
