"""Money as others need to see it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from retreats.booking.models import Registration
from retreats.db import db
from retreats.payments.models import OpenItem


def open_items(*, at_most: int = 200) -> list[OpenItem]:
    """What a person of the house must look at, with its registration and gathering, the oldest first."""
    found = db.session.scalars(
        select(OpenItem)
        .where(OpenItem.closed_at.is_(None))
        .options(joinedload(OpenItem.registration).joinedload(Registration.gathering))
        .order_by(OpenItem.raised_at, OpenItem.id)
        .limit(at_most)
    )
    return list(found)
