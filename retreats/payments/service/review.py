"""What a person of the house must look at."""

from __future__ import annotations

from sqlalchemy import select

from retreats import clock
from retreats.booking import service as booking
from retreats.booking.models import Registration
from retreats.db import db, new_id
from retreats.payments.models import OpenItem
from retreats.payments.queries import BY_HAND, GOING_BACK, on_their_way_back
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


def on_its_way_back(registration_id: int) -> int:
    """What was asked of the provider and is not in the ledger yet."""
    return on_their_way_back(registration_id)[0]


def look_at(registration: Registration) -> None:
    """Keep the organiser's list right about what this house holds and may not keep.

    Money that came in by hand has to go back by hand: one item says how much, for as long as there is any.
    """
    due = max(booking.due_back(registration) - on_its_way_back(registration.id), 0)
    if not due:
        _close_all(registration.id)
        return
    occasion = f"by-hand:{registration.id}"
    raise_item(BY_HAND, occasion=occasion, registration_id=registration.id, currency=registration.currency)
    item = db.session.scalars(select(OpenItem).where(OpenItem.occasion == occasion)).one()
    item.amount_minor, item.closed_at = due, None


def _close_all(registration_id: int) -> None:
    found = db.session.scalars(
        select(OpenItem).where(
            OpenItem.registration_id == registration_id, OpenItem.kind.in_(GOING_BACK), OpenItem.closed_at.is_(None)
        )
    )
    for item in found:
        item.closed_at = clock.now()
