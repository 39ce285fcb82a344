"""May I book, and if not, why, and what now: one answer for the page, the button and the verb."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select

from retreats.booking.models import Place, Registration
from retreats.catalogue.models import Gathering
from retreats.db import db

FEW = 3
Answer = Literal["open", "few", "full", "not_yet", "closed", "begun", "over", "cancelled", "draft"]


@dataclass(frozen=True)
class Opening:
    """Whether a gathering can be booked now, and how many places are left."""

    answer: Answer
    left: int

    @property
    def can_book(self) -> bool:
        """Whether the button leads to the form."""
        return self.answer in {"open", "few"}

    @property
    def can_wait(self) -> bool:
        """Whether the button leads to the waiting list."""
        return self.answer == "full"


def opening(gathering: Gathering, *, now: datetime, lapsed: int = 0) -> Opening:
    """The one answer. `lapsed` places are held by nobody any more and count as free (`lapsed_places`)."""
    left = max(gathering.capacity - gathering.taken + lapsed, 0)
    return Opening(_why(gathering, left, now), left)


def _why(gathering: Gathering, left: int, now: datetime) -> Answer:  # noqa: PLR0911  (one line for each answer there is)
    if gathering.state in {"draft", "cancelled", "over"}:
        return gathering.state  # type: ignore[return-value]  # the three states just named
    if gathering.ends_at is not None and gathering.ends_at <= now:
        return "over"
    if gathering.starts_at is None or gathering.starts_at <= now:
        return "begun"
    if gathering.booking_opens_at is not None and now < gathering.booking_opens_at:
        return "not_yet"
    if gathering.booking_closes_at is not None and now >= gathering.booking_closes_at:
        return "closed"
    if left == 0:
        return "full"
    return "few" if left <= FEW else "open"


def lapsed_places(gathering_ids: list[int], *, now: datetime) -> dict[int, int]:
    """Places still counted as taken whose hold is over: how many for each gathering that has any."""
    found = db.session.execute(
        select(Place.gathering_id, func.count())
        .join(Registration)
        .where(
            Place.gathering_id.in_(gathering_ids),
            Place.state == "held",
            Registration.state == "held",
            Registration.awaits_bank.is_(False),
            Registration.hold_until <= now,
        )
        .group_by(Place.gathering_id)
    )
    return {row.gathering_id: row[1] for row in found}
