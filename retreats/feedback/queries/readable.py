"""What somebody who led may read of a gathering's points: of what they have opened, and not what they left closed."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from retreats.db import db
from retreats.feedback.models import Batch, FormWindow, Point, Reading

CRITICAL = ("change",)
"""Kinds that can be hard to read: somebody else may read them first, or they wait until tomorrow."""


def is_readable(person_id: int) -> ColumnElement[bool]:
    """Whether a point lies in a batch that this person has opened, with what is critical where it is."""
    opened = select(Reading.id).where(Reading.batch_id == Point.batch_id, Reading.person_id == person_id)
    return or_(
        opened.where(Reading.with_critical).exists(), opened.exists() & Point.kind.not_in(CRITICAL)
    )  # fmt: skip


def readable(gathering_id: int, person_id: int) -> list[Point]:
    """Every point of a gathering that this person may read, in the order of their random ids."""
    query = (
        select(Point)
        .join(Batch)
        .join(FormWindow)
        .where(FormWindow.gathering_id == gathering_id, Point.state != "withdrawn", is_readable(person_id))
        .options(joinedload(Point.place), joinedload(Point.batch))
        .order_by(Point.id)
    )
    return list(db.session.scalars(query))


def has_read(gathering_id: int, person_id: int) -> bool:
    """Whether this person has opened anything of what was said at a gathering."""
    query = select(Reading.id).join(Batch, Batch.id == Reading.batch_id).join(FormWindow)
    return db.session.scalar(
        query.where(
            FormWindow.gathering_id == gathering_id, FormWindow.occasion == "after", Reading.person_id == person_id
        ).limit(1)
    ) is not None  # fmt: skip


def window_after(gathering_id: int) -> FormWindow | None:
    """The form after a gathering."""
    query = select(FormWindow).where(FormWindow.gathering_id == gathering_id, FormWindow.occasion == "after")
    return db.session.scalar(query)
