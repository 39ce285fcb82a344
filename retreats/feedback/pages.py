"""A gathering's public page is kept under its version: what changes what it shows of the loop raises that."""

from __future__ import annotations

from sqlalchemy import update

from retreats.catalogue.models import Gathering
from retreats.db import db


def refresh_page(gathering_id: int) -> None:
    """A page is kept under its gathering's version: what stands on it is different now."""
    db.session.execute(update(Gathering).where(Gathering.id == gathering_id).values(version=Gathering.version + 1))
