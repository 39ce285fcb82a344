"""Whose words may not be quoted: everything that was said at a gathering by somebody who did not allow it."""

from __future__ import annotations

from sqlalchemy import Select, select

from retreats.db import db
from retreats.feedback.models import Batch, FormWindow, Message, Point, Verdict
from retreats.refusals import Refusal


class QuotesSomebody(Refusal):
    """Eight words in a row come from somebody who did not allow to be quoted; `runs` are those words."""

    code = "quotes_somebody"
    status = 422

    def __init__(self, runs: list[str] | None = None) -> None:
        super().__init__()
        self.runs = runs or []


def unquotable(gathering_id: int) -> list[str]:
    """The texts of this gathering that may not be quoted: what was said, and what was written about it afterwards."""
    of_gathering = select(Point.id).join(Batch).join(FormWindow)
    guarded = of_gathering.where(FormWindow.gathering_id == gathering_id, Point.may_quote.is_(False))
    points = db.session.scalars(select(Point).where(Point.id.in_(guarded)))
    return [each for each in (*(point.text for point in points), *_added(guarded)) if each]


def _added(guarded: Select[int]) -> list[str | None]:
    """What authors wrote back, and why something did not meet them."""
    letters = db.session.scalars(select(Message).where(Message.point_id.in_(guarded), Message.side == "author"))
    verdicts = db.session.scalars(select(Verdict).where(Verdict.point_id.in_(guarded)))
    return [*(each.text for each in letters), *(each.text for each in verdicts)]
