"""What only the author can do with a point, by their own link: write back, say whether it was met, take it back.

None of it is an event, and what an unnamed author does shows only after two to twenty-four hours.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, select

from retreats import clock
from retreats.db import db, new_id
from retreats.feedback import own_link
from retreats.feedback.models import (
    Batch,
    FirstReading,
    FormWindow,
    Message,
    PacketText,
    Point,
    PooledWords,
    ThemePoint,
    Verdict,
)
from retreats.feedback.service.after import window_of
from retreats.feedback.service.hearing import hear_reply
from retreats.feedback.service.laying import lay_down_anew
from retreats.feedback.service.scrubbing import take_out
from retreats.feedback.service.turns import in_turn
from retreats.refusals import NotFound, Refusal

REOPENED_AT_MOST = 2
_SOONEST, _LATEST = 2 * 3600, 24 * 3600


class NotAsked(Refusal):
    """There is nothing to say to this yet, or it has been said."""

    code = "not_asked"


def own_point(token: str, question: str) -> Point:
    """The point that was this person's answer to this question. Raises NotFound."""
    window = window_of(own_link.place_of(token))
    point = None
    if window is not None:
        lies_at = own_link.point_locators(token, window.id, question)
        point = db.session.scalar(select(Point).where(Point.locator.in_(lies_at)))
    if point is None:
        raise NotFound
    return point


def write_back(token: str, question: str, text: str) -> None:
    """Write to the facilitators about this point; the same words twice are written once. Raises NotFound, NotAsked for
    nothing at all.
    """
    in_turn("link", token)
    point = own_point(token, question)
    if not text.strip():
        raise NotAsked
    written = select(Message).where(Message.point_id == point.id, Message.side == "author")
    if any(each.text == text.strip() for each in db.session.scalars(written)):
        return
    message = Message(id=new_id(), point_id=point.id, side="author", visible_after=_shows_from(point))
    message.text = text.strip()
    db.session.add(message)
    _lay_down_anew(Message, point)
    _hear(token, point, "reply", text)


def say_whether_it_met(token: str, question: str, met: str, text: str = "") -> None:
    """Whether what became of the point met it: `met`, `partly` or `not`. Raises NotFound, NotAsked.

    Partly and not reopen it, twice at most; then the last word stands as it is.
    """
    in_turn("link", token)
    in_turn("gathering", own_link.place_of(token).gathering_id)
    point = own_point(token, question)
    if not is_asked(point) or met not in {"met", "partly", "not"}:
        raise NotAsked
    verdict = Verdict(id=new_id(), point_id=point.id, round=point.reopened, met=met, visible_after=_shows_from(point))
    verdict.text = text.strip() or None
    db.session.add(verdict)
    _lay_down_anew(Verdict, point)
    _hear(token, point, "verdict", text)
    if point.place_id is not None:
        take_in(verdict)


def is_asked(point: Point) -> bool:
    """Whether its author is asked for a verdict now."""
    return point.state == "told" and verdict_of(point) is None


def verdict_of(point: Point) -> Verdict | None:
    """The verdict on what last became of this point."""
    return db.session.scalar(select(Verdict).where(Verdict.point_id == point.id, Verdict.round == point.reopened))


def take_in(verdict: Verdict) -> None:
    """Let a verdict have its effect."""
    point, verdict.taken_in = verdict.point, True
    if point.state != "told":
        return
    if verdict.met == "met":
        point.state = "confirmed"
    elif point.reopened >= REOPENED_AT_MOST:
        point.state = "unmet"
    else:
        point.state, point.reopened = "reopened", point.reopened + 1
    db.session.flush()


def withdraw_point(token: str, question: str) -> None:
    """Take these words back: they are erased, with all that was written about them. That there was a point still counts."""
    in_turn("link", token)
    in_turn("gathering", own_link.place_of(token).gathering_id)
    if not _take_out_of_pool(token, question):
        erase(own_point(token, question))


def _take_out_of_pool(token: str, question: str) -> bool:
    window = window_of(own_link.place_of(token))
    lies_at = own_link.point_locators(token, window.id, question) if window is not None else ()
    pooled = db.session.scalar(select(PooledWords).where(PooledWords.locator.in_(lies_at)))
    if pooled is not None and window is not None:
        take_out(window.gathering_id, pooled.text or "")
        db.session.delete(pooled)
        db.session.flush()
    return pooled is not None


def erase(point: Point) -> None:
    """Erase a point's words, name, locator and correspondence, and take it out of themes and packets; what others wrote
    about this gathering loses them too.
    """
    take_out(point.batch.window.gathering_id, point.text or "")
    for table in (Message, ThemePoint, PacketText, FirstReading):
        db.session.execute(delete(table).where(table.point_id == point.id))
    for verdict in db.session.scalars(select(Verdict).where(Verdict.point_id == point.id)):
        verdict.text = None
    point.text, point.place_id, point.locator, point.to_id, point.state = None, None, None, None, "withdrawn"
    db.session.flush()


def _hear(token: str, point: Point, source: str, text: str) -> None:
    window = point.batch.window
    hear_reply(token, window.id, point.question, source, text, gathering_id=window.gathering_id)


def _lay_down_anew(model: type[Message | Verdict], point: Point) -> None:
    """What authors of this gathering wrote lies in no order of writing (on PostgreSQL, where rows would keep one)."""
    batches = select(Batch.id).join(FormWindow).where(FormWindow.gathering_id == point.batch.window.gathering_id)
    points = select(Point.id).where(Point.batch_id.in_(batches))
    by_authors = [Message.side == "author"] if model is Message else []
    lay_down_anew(db.metadata.tables[model.__tablename__], and_(model.point_id.in_(points), *by_authors))


def _shows_from(point: Point) -> datetime:
    if point.place_id is not None:
        return clock.now()
    return clock.now() + timedelta(seconds=secrets.SystemRandom().uniform(_SOONEST, _LATEST))
