"""Letters as others need them."""

from __future__ import annotations

from sqlalchemy import select

from retreats.db import db
from retreats.mail.models import Letter


def on_shelf(*shelves: str) -> list[Letter]:
    """The letters that stand on these pages, newest first."""
    found = db.session.scalars(
        select(Letter).where(Letter.shelf.in_(shelves)).order_by(Letter.written_at.desc(), Letter.id)
    )
    return list(found)


def failed(*, at_most: int = 200) -> list[Letter]:
    """Letters that a mail server refused for good, newest first."""
    found = db.session.scalars(
        select(Letter).where(Letter.failed_at.is_not(None)).order_by(Letter.failed_at.desc()).limit(at_most)
    )
    return list(found)
