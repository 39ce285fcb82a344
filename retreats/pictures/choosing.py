"""Reading the form in which somebody chooses a picture. The page around it belongs to the slice that shows the picture."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from io import BytesIO

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from retreats.db import Localised, let_go
from retreats.pictures import queries
from retreats.pictures.cutting import prepare
from retreats.pictures.models import Picture
from retreats.pictures.shapes import FOCUSES, Prepared
from retreats.reading import Reading, Values, both
from retreats.refusals import Refusal

MOST_OCTETS = 20 * 1024 * 1024
"""Of the whole form. A photograph straight from a telephone has five to ten million."""
FOCUS_WORDS = {
    "centre": _l("In the middle"),
    "top": _l("At the top"),
    "bottom": _l("At the bottom"),
    "left": _l("On the left"),
    "right": _l("On the right"),
}


@dataclass(frozen=True)
class Choice:
    """What was chosen: a new picture (or the same one cut anew), or None for other words alone; and the words."""

    prepared: Prepared | None
    alt: Localised


def stored(picture: Picture | None) -> Values:
    """The form as it stands."""
    return {**both("alt", picture.alt if picture else None), "focus": picture.focus if picture else "centre"}


def base(picture: Picture | None) -> str:
    """A fingerprint of what stands now, so that nobody overwrites what they have not seen."""
    stands = [picture.name if picture else "", stored(picture)]
    return hashlib.sha256(json.dumps(stands, sort_keys=True).encode()).hexdigest()[:32]


def chosen(reading: Reading, file: FileStorage | None, standing: Picture | None, *, shape: str) -> Choice | None:
    """Read the form and prepare its picture. Lets go of what was read before; None when something is to be corrected."""
    focus, alt = reading.one_of("focus", FOCUSES, fallback="centre"), reading.both("alt", most=300)
    for code in ("en", "pt"):
        if code not in alt and f"alt_{code}" not in reading.errors:
            reading.errors[f"alt_{code}"] = _("Say what one sees, in a sentence: some people have it read to them.")
    if reading.errors and _is_there(file):
        reading.errors["picture"] = _("Choose the file once more: a form that comes back cannot bring it along.")
        return None
    try:
        prepared = _prepared(file, standing, shape=shape, focus=focus)
    except Refusal as refusal:
        reading.errors["picture"] = refusal.sentence
        return None
    if prepared is None and standing is None:
        reading.errors["picture"] = _("Choose a picture.")
    return None if reading.errors else Choice(prepared, alt)


def _prepared(file: FileStorage | None, standing: Picture | None, *, shape: str, focus: str) -> Prepared | None:
    """Nothing is uncommitted or half read while we cut."""
    if file is not None and _is_there(file):
        let_go()
        return prepare(file.stream, shape=shape, focus=focus)
    if standing is None or standing.focus == focus:
        return None
    whole = queries.whole(standing)
    let_go()
    return prepare(BytesIO(whole), shape=shape, focus=focus)


def _is_there(file: FileStorage | None) -> bool:
    """Browsers send an empty part where no file was chosen."""
    return file is not None and bool(file.filename)
