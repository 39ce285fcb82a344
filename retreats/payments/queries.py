"""Money as others need to see it."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from retreats.booking.models import Registration
from retreats.db import db
from retreats.payments.models import Attempt, OpenItem, Refund

BY_HAND = "pay_back_by_hand"
GOING_BACK = (BY_HAND, "refund_failed", "refund_not_possible")
"""The open items that are done with once nothing is due back any more."""


def on_their_way_back(registration_id: int) -> tuple[int, int]:
    """Refunds of a booking that have not arrived: what is under way, and what failed and waits for a person. Minor units."""
    under_way = select(func.coalesce(func.sum(Refund.amount_minor), 0)).where(
        Refund.registration_id == registration_id, Refund.state.in_(("requested", "pending"))
    )
    stuck = select(func.coalesce(func.sum(OpenItem.amount_minor), 0)).where(
        OpenItem.registration_id == registration_id,
        OpenItem.kind.in_(GOING_BACK),
        OpenItem.closed_at.is_(None),
    )
    row = db.session.execute(select(under_way.scalar_subquery(), stuck.scalar_subquery())).one()
    return int(row[0]), int(row[1])


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


def still_moving(registration_ids: list[int]) -> str | None:
    """What is not settled about these bookings: a `dispute` that is open, or a `refund` on its way; None when nothing is."""
    disputed = select(Attempt.id).where(Attempt.registration_id.in_(registration_ids), Attempt.dispute == "open")
    if db.session.scalar(disputed.limit(1)) is not None:
        return "dispute"
    refunds = select(Refund.id).where(
        Refund.registration_id.in_(registration_ids), Refund.state.in_(("requested", "pending"))
    )
    items = select(OpenItem.id).where(OpenItem.registration_id.in_(registration_ids), OpenItem.closed_at.is_(None))
    moving = db.session.scalar(refunds.limit(1)) or db.session.scalar(items.limit(1))
    return "refund" if moving is not None else None
