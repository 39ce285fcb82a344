"""What is held, as a file to take away: for people and for programs, in one ZIP."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from typing import Any

from flask import render_template

from retreats.languages import day_and_time
from retreats.privacy.held import Held
from retreats.privacy.words import word


def archive(found: Held) -> bytes:
    """`data.json` and `data.html`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("data.json", json.dumps(found, ensure_ascii=False, indent=2, default=_spelled))
        file.writestr("data.html", render_template("privacy/export.html", held=found, word=word, said=_said))
    return packed.getvalue()


def _spelled(value: datetime) -> str:
    return value.isoformat()


def _said(value: Any) -> str:  # Any: whatever stands in an export
    """One value, as people read it."""
    if isinstance(value, datetime):
        return day_and_time(value)
    if isinstance(value, list):
        return ", ".join(_said(each) for each in value)
    return "—" if value is None or value == "" else str(value)
