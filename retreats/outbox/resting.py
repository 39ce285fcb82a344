"""Deliveries that rest after their last attempt: seen, tried again or dropped by a person of the house."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, func, or_, select, update
from sqlalchemy.orm import joinedload

from retreats import clock
from retreats.db import db
from retreats.outbox.deliver import LEASE
from retreats.outbox.models import Delivery, Event
from retreats.outbox.reaction import Errand
from retreats.refusals import NotFound


def resting(*, at_most: int = 200) -> list[Delivery]:
    """What rests, with its event, the latest first."""
    found = db.session.scalars(
        select(Delivery)
        .where(Delivery.rests_at.is_not(None), Delivery.done_at.is_(None))
        .options(joinedload(Delivery.event))
        .order_by(Delivery.rests_at.desc(), Delivery.id)
        .limit(at_most)
    )
    return list(found)


def count_resting() -> int:
    """How many rest."""
    return db.session.scalar(
        select(func.count()).select_from(Delivery).where(Delivery.rests_at.is_not(None), Delivery.done_at.is_(None))
    ) or 0  # fmt: skip


def overdue_since() -> datetime | None:
    """Since when the oldest waiting delivery has been due (real time); None when nothing is overdue."""
    oldest = db.session.scalar(
        select(func.min(Delivery.due_at)).where(Delivery.done_at.is_(None), Delivery.rests_at.is_(None))
    )
    return oldest if oldest is not None and oldest < clock.real_now() else None


def retry(delivery_id: int) -> None:
    """Let a resting delivery be tried once more, at once. Raises NotFound when it does not rest."""
    now = clock.real_now()
    _change(delivery_id, rests_at=None, due_at=now)
    row = db.session.get_one(Delivery, delivery_id)
    db.session().info.setdefault("errands", set()).add(row.errand)


def hasten(errand: Errand) -> None:
    """Let everything on this errand that failed before be tried at once: its cause may be gone.

    What is due within a lease is left alone: somebody may have it in hand. So is what was refused for good.
    """
    now = clock.real_now()
    waits = (Delivery.due_at > now + LEASE) | Delivery.rests_at.is_not(None)
    db.session.execute(
        update(Delivery)
        .where(Delivery.errand == errand, Delivery.done_at.is_(None), waits)
        .where(Delivery.last_error.is_not(None), Delivery.last_error.not_like("MailRefused%"))
        .values(rests_at=None, due_at=now)
    )
    db.session().info.setdefault("errands", set()).add(errand)


def drop(delivery_id: int) -> None:
    """Give a resting delivery up for good. Raises NotFound when it does not rest."""
    _change(delivery_id, done_at=clock.real_now(), dropped=True)


def drop_lanes(lanes: list[str]) -> None:
    """Give up for good what rests in these lanes: something else has taken its place."""
    db.session.execute(
        update(Delivery)
        .where(Delivery.lane.in_(lanes), Delivery.rests_at.is_not(None), Delivery.done_at.is_(None))
        .values(done_at=clock.real_now(), dropped=True)
    )


def drop_since(position: int) -> None:
    """Give up what would follow from the events after this one: it followed in the house as it was before a restore."""
    db.session.execute(
        update(Delivery)
        .where(Delivery.event_position > position, Delivery.done_at.is_(None))
        .values(done_at=clock.real_now(), dropped=True)
    )


def is_under_way(registration_ids: list[int]) -> bool:
    """Whether something is to follow now from what happened to these registrations: not what rests or begins later."""
    begun = or_(Delivery.attempts > 0, Delivery.due_at <= clock.real_now())
    waiting = (
        select(Delivery.id)
        .join(Event)
        .where(
            Event.registration_id.in_(registration_ids), Delivery.done_at.is_(None), Delivery.rests_at.is_(None), begun
        )
        .limit(1)
    )
    return db.session.scalar(waiting) is not None


def _change(delivery_id: int, **values: object) -> None:
    changed = db.session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.rests_at.is_not(None), Delivery.done_at.is_(None))
        .values(**values)
    )
    if cast("CursorResult[object]", changed).rowcount != 1:  # cast: an UPDATE always gives a cursor
        raise NotFound
