"""Laying sealed answers down, and taking them up again: by locator only, so that nothing tells whose they are or when they came."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import delete

from retreats import crypto
from retreats.db import db
from retreats.feedback import own_link
from retreats.feedback.models import SealedAnswer
from retreats.feedback.service import laying

SCALES = "scales"
_PADDED_TO = 512


def lay(token: str, window_id: int, question: str, what: dict[str, Any]) -> None:
    """Seal this under somebody's own link, in place of what lay there."""
    at = own_link.locator(token, window_id, question)
    if question != SCALES:
        what = what | {"released": own_link.released_locator(token, window_id, question).hex()}
    blob = crypto.ring().seal(_padded(json.dumps(what, ensure_ascii=False)), **_cell(at))
    row = db.session.get(SealedAnswer, at)
    if row is None:
        db.session.add(SealedAnswer(locator=at, window_id=window_id, question=question, blob=blob))
    else:
        row.blob = blob


def remove(token: str, window_id: int, question: str) -> None:
    """Nothing lies there any more."""
    at = own_link.locator(token, window_id, question)
    db.session.execute(delete(SealedAnswer).where(SealedAnswer.locator == at))


def opened(row: SealedAnswer) -> dict[str, Any]:
    """What is inside one sealed row."""
    found: dict[str, Any] = json.loads(crypto.ring().open(row.blob, **_cell(row.locator)))
    return found


def lies_released_at(inside: dict[str, Any], row: SealedAnswer) -> bytes:
    """Where these words lie once they are released (own_link.released_locator); of old ones, where they lay sealed."""
    return bytes.fromhex(inside["released"]) if "released" in inside else row.locator


def lay_down_anew(window_id: int) -> None:
    """All rows of this form lie in no order and no transaction that would tell who came when."""
    laying.lay_down_anew(db.metadata.tables["sealed_answer"], SealedAnswer.window_id == window_id)


def _padded(spelled: str) -> str:
    length = len(spelled.encode())
    return spelled + " " * (-length % _PADDED_TO)


def row_of(at: bytes) -> int:
    """The number to which what lies there is sealed."""
    return int.from_bytes(at[:8], "big")


def _cell(at: bytes) -> dict[str, Any]:
    return {"table": "sealed_answer", "column": "blob", "row": row_of(at)}
