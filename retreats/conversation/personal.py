"""What somebody said in conversations, for export, for forgetting, for merging; and how long conversations are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import joinedload

from retreats import periods
from retreats.booking.entrusted import entrusted_places
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.conversation.models import Conversation, ConversationMessage, Member
from retreats.db import db
from retreats.events import PlaceCancelled, PlaceReaddressed
from retreats.languages import t
from retreats.periods import Going, Period


def export(person_id: int) -> dict[str, Any]:
    """Each conversation they take or took part in: the name they chose, and what they said."""
    places = select(Place.id).where(Place.person_id == person_id)
    members = db.session.scalars(
        select(Member)
        .where(or_(Member.person_id == person_id, Member.place_id.in_(places)))
        .options(joinedload(Member.gathering), joinedload(Member.person))
    ).all()
    said: dict[int, list[dict[str, Any]]] = {each.id: [] for each in members}
    wanted = select(ConversationMessage).where(ConversationMessage.member_id.in_(said))
    for message in db.session.scalars(wanted.order_by(ConversationMessage.written_at, ConversationMessage.id)):
        said[message.member_id].append({"text": message.text, "written_at": message.written_at})
    return {
        "conversations": [
            {"gathering": t(each.gathering.title), "appears_as": each.called or "", "said_there": said[each.id]}
            for each in members
        ]
    }


def forget(person_id: int) -> None:
    """Their words and their names go from every conversation."""
    places = entrusted_places(person_id)
    _forget(list(db.session.scalars(_members().where(or_(Member.person_id == person_id, Member.place_id.in_(places))))))


def let_go(event: PlaceCancelled | PlaceReaddressed) -> None:
    """A place was given back, or is somebody else's now: nothing of whoever had it is left."""
    _forget(list(db.session.scalars(_members().where(Member.place_id == event.place_id))))


def take_over(old_id: int, new_id: int) -> None:
    """What one of two records said as who leads is the other's; where both spoke, all of it is."""
    spoke = db.session.execute(select(Member.gathering_id, Member.id).where(Member.person_id == new_id))
    known = {gathering_id: int(member_id) for gathering_id, member_id in spoke}
    for member in db.session.scalars(select(Member).where(Member.person_id == old_id)).all():
        twin = known.get(member.gathering_id)
        if twin is None:
            member.person_id = new_id
            continue
        mine = ConversationMessage.member_id == member.id
        db.session.execute(update(ConversationMessage).where(mine).values(member_id=twin))
        db.session.delete(member)
    db.session.flush()


def _members() -> Any:  # Any: a select of ids, narrowed by the caller
    return select(Member.id)


def _forget(member_ids: list[int]) -> None:
    db.session.execute(delete(ConversationMessage).where(ConversationMessage.member_id.in_(member_ids)))
    db.session.execute(delete(Member).where(Member.id.in_(member_ids)))
    db.session.flush()


def _going(until: datetime) -> list[Going]:
    rows = db.session.execute(
        select(Gathering.id, Gathering.ends_at, func.count(Member.id))
        .join(Member, Member.gathering_id == Gathering.id)
        .where(Gathering.ends_at <= until - periods.CONVERSATION)
        .group_by(Gathering.id, Gathering.ends_at)
    )
    return [Going(ends_at + periods.CONVERSATION, count, each) for each, ends_at, count in rows if ends_at]


def _forget_over(now: datetime) -> None:
    over = select(Gathering.id).where(Gathering.ends_at <= now - periods.CONVERSATION)
    _forget(list(db.session.scalars(_members().where(Member.gathering_id.in_(over)))))
    db.session.execute(delete(Conversation).where(Conversation.gathering_id.in_(over)))


PERIODS = (Period("conversations", _going, _forget_over),)
