"""Reads of pictures."""

from __future__ import annotations

import re

from sqlalchemy import select

from retreats.db import db
from retreats.pictures.models import Picture, Rendition
from retreats.pictures.shapes import KINDS, WHOLE
from retreats.refusals import NotFound

_NAME = re.compile(r"[0-9a-f]{32}")
WIDEST = 10_000


def rendition(name: str, kind: str, width: int) -> tuple[bytes, bool]:
    """The octets, and whether everybody may see them. Raises NotFound; the whole that was sent is never there."""
    if not _NAME.fullmatch(name) or kind not in KINDS or width > WIDEST:
        raise NotFound
    found = db.session.execute(
        select(Rendition.content, Picture.public)
        .join(Picture, Picture.id == Rendition.picture_id)
        .where(Picture.name == name, Rendition.kind == kind, Rendition.width == width)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found.content, found.public


def whole(picture: Picture) -> bytes:
    """What it was cut from, to be cut once more."""
    return db.session.scalars(
        select(Rendition.content).where(Rendition.picture_id == picture.id, Rendition.kind == WHOLE)
    ).one()
