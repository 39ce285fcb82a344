"""What a person of the house must look at."""

from __future__ import annotations

from sqlalchemy import select

from retreats import clock
from retreats.db import db, new_id
from retreats.payments.models import OpenItem
from retreats.refusals import NotFound


def raise_item(kind: str, *, occasion: str, registration_id: int | None, amount_minor: int = 0,
               currency: str = "EUR") -> None:  # fmt: skip
    """Put something on the organiser's list, once for each occasion."""
    if db.session.scalar(select(OpenItem.id).where(OpenItem.occasion == occasion)) is not None:
        return
    db.session.add(
        OpenItem(
            id=new_id(),
            registration_id=registration_id,
            occasion=occasion,
            kind=kind,
            amount_minor=amount_minor,
            currency=currency,
            raised_at=clock.now(),
        )
    )


def close_item(item_id: int) -> None:
    """Somebody has looked at it. Raises NotFound."""
    item = db.session.get(OpenItem, item_id)
    if item is None:
        raise NotFound
    item.closed_at = item.closed_at or clock.now()
