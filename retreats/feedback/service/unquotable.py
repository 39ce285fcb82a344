"""Whose words may not be quoted: everything that was said at a gathering by somebody who did not allow it."""

from __future__ import annotations

from sqlalchemy import Select, select

from retreats.catalogue.models import Facilitator, Leader
from retreats.db import db
from retreats.feedback.models import Batch, FormWindow, GroupText, Message, Point, PooledWords, PoolReader, Verdict
from retreats.refusals import Refusal


class QuotesSomebody(Refusal):
    """Eight words in a row come from somebody who did not allow to be quoted; `runs` are those words."""

    code = "quotes_somebody"
    status = 422

    def __init__(self, runs: list[str] | None = None) -> None:
        super().__init__()
        self.runs = runs or []


def unquotable(gathering_id: int) -> list[str]:
    """The texts of this gathering that may not be quoted: what was said, what was written about it afterwards, and what
    people wrote in its short rounds or in a pool that those who lead it read, where nobody is asked whether they may be quoted.
    """
    of_gathering = select(Point.id).join(Batch).join(FormWindow)
    guarded = of_gathering.where(FormWindow.gathering_id == gathering_id, Point.may_quote.is_(False))
    points = db.session.scalars(select(Point).where(Point.id.in_(guarded)))
    said = (*(point.text for point in points), *_added(guarded), *_in_rounds(gathering_id), *_pooled(gathering_id))
    return [each for each in said if each]


def _in_rounds(gathering_id: int) -> list[str | None]:
    """What was passed on of the check-in and the follow-ups."""
    texts = select(GroupText).join(Batch).join(FormWindow).where(FormWindow.gathering_id == gathering_id)
    return [each.text for each in db.session.scalars(texts)]


def _pooled(gathering_id: int) -> list[str | None]:
    """What those who lead this gathering read in yearly pools."""
    led = select(Facilitator.person_id).join(Leader).where(Leader.gathering_id == gathering_id)
    texts = select(PooledWords).where(
        PooledWords.pool_id.in_(select(PoolReader.pool_id).where(PoolReader.person_id.in_(led)))
    )
    return [each.text for each in db.session.scalars(texts)]


def _added(guarded: Select[int]) -> list[str | None]:
    """What authors wrote back, and why something did not meet them."""
    letters = db.session.scalars(select(Message).where(Message.point_id.in_(guarded), Message.side == "author"))
    verdicts = db.session.scalars(select(Verdict).where(Verdict.point_id.in_(guarded)))
    return [*(each.text for each in letters), *(each.text for each in verdicts)]
