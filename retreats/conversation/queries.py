"""What those who take part read: who is in it, and what was said, by question."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from retreats.catalogue.models import Gathering
from retreats.conversation.models import TOPICS, ConversationMessage, Member
from retreats.db import db
from retreats.feedback.people import leaders_of


@dataclass(frozen=True)
class Shown:
    """One message as it is read."""

    id: int
    text: str
    by: str | None
    """The name they chose; None for somebody who has left."""
    is_mine: bool
    message: ConversationMessage


@dataclass(frozen=True)
class Room:
    """The whole conversation."""

    leaders: list[str]
    names: list[str]
    said: dict[str, list[Shown]]


def room(gathering: Gathering, mine: Member | None) -> Room:
    """Everything in it, the oldest first, as `mine` reads it."""
    members = db.session.scalars(
        select(Member).where(Member.gathering_id == gathering.id, Member.left.is_(False), Member.place_id.is_not(None))
    )
    said: dict[str, list[Shown]] = {topic: [] for topic in TOPICS}
    messages = db.session.scalars(
        select(ConversationMessage)
        .join(Member, Member.id == ConversationMessage.member_id)
        .where(Member.gathering_id == gathering.id)
        .options(joinedload(ConversationMessage.member).joinedload(Member.person))
        .order_by(ConversationMessage.written_at, ConversationMessage.id)
    )
    for each in messages:
        said[each.topic].append(
            Shown(each.id, each.text or "", each.member.called,
                  mine is not None and each.member_id == mine.id, each)
        )  # fmt: skip
    names = sorted((each.name or "" for each in members), key=str.casefold)
    return Room([person.name for person in leaders_of(gathering)], names, said)


def of_place(place_id: int) -> Member | None:
    """This attendee as who takes part, if they do."""
    return db.session.scalar(select(Member).where(Member.place_id == place_id, Member.left.is_(False)))


def has_left(place_id: int) -> bool:
    """Whether this attendee was in it and left."""
    return db.session.scalar(select(Member.id).where(Member.place_id == place_id, Member.left)) is not None


def of_leader(gathering_id: int, person_id: int) -> Member | None:
    """Somebody who leads as who takes part, once they have said something or wanted the digest."""
    return db.session.scalar(
        select(Member).where(Member.gathering_id == gathering_id, Member.person_id == person_id)
    )  # fmt: skip


def one(message_id: int, gathering_id: int) -> ConversationMessage | None:
    """One message of this gathering's conversation."""
    return db.session.scalar(
        select(ConversationMessage)
        .join(Member, Member.id == ConversationMessage.member_id)
        .where(ConversationMessage.id == message_id, Member.gathering_id == gathering_id)
        .options(joinedload(ConversationMessage.member).joinedload(Member.person))
    )


def who_wants_digest(gathering_id: int) -> list[Member]:
    """Those who want to be told once a week."""
    wanted = Member.gathering_id == gathering_id, Member.wants_digest, Member.left.is_(False)
    return list(
        db.session.scalars(
            select(Member)
            .where(*wanted)
            .options(joinedload(Member.place), joinedload(Member.person))
            .order_by(Member.id)
        )
    )
