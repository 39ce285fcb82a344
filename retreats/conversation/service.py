"""The verbs of the closed conversation. Each loads whoever speaks by their place, or as who leads; nobody else has a way in."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from retreats import clock
from retreats.accounts.models import Person
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.conversation.models import TOPICS, Conversation, ConversationMessage, Member
from retreats.conversation.personal import export, forget, let_go, take_over
from retreats.conversation.timeline import is_open, is_there
from retreats.db import db, new_id
from retreats.events import ConversationDigestDue, ConversationJoined, ConversationLeft, ConversationWritten
from retreats.feedback.service.hearing import hear_named
from retreats.feedback.service.reporting import report as tell_care_contact
from retreats.feedback.timeline import next_digest_day
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal

MOST_WORDS, MOST_NAME = 4000, 60

__all__ = [
    "ConversationClosed", "digests_due", "export", "forget", "join", "leave", "let_go", "next_digest", "report", "say",
    "take_back", "take_over", "want_digest",
]  # fmt: skip


class ConversationClosed(Refusal):
    """Ninety days after the end it is only read."""

    code = "conversation_closed"
    status = 410


def join(place_id: int, name: str, *, wants_digest: bool) -> None:
    """Take part under this name; joining again is taking part under the new one.

    Raises NotFound for who was not there or where there is none, ConversationClosed.
    """
    place = db.session.get_one(Place, place_id, with_for_update=True)
    if not takes_part(place):
        raise NotFound
    _still_open(place.gathering)
    member = db.session.scalar(select(Member).where(Member.place_id == place.id))
    if member is not None and (member.name, member.wants_digest, member.left) == (name, wants_digest, False):
        return
    if member is None:
        member = Member(id=new_id(), gathering_id=place.gathering_id, place_id=place.id)
        db.session.add(member)
    member.name, member.wants_digest, member.left = name, wants_digest, False
    db.session.flush()
    emit(ConversationJoined(gathering_id=place.gathering_id))


def leave(place_id: int, *, take_words: bool) -> None:
    """Leave it now: the name goes from the list and from what was said; the words go too if they want it. Raises NotFound.

    Pressed twice, one has left; whoever left their words there can still take them along.
    """
    member = db.session.scalar(select(Member).where(Member.place_id == place_id).with_for_update())
    if member is None:
        raise NotFound
    had_left = member.left
    member.left, member.name, member.wants_digest = True, None, False
    if take_words:
        db.session.execute(delete(ConversationMessage).where(ConversationMessage.member_id == member.id))
    db.session.flush()
    if not had_left:
        emit(ConversationLeft(gathering_id=member.gathering_id))


def say(message_id: int, member: Member, topic: str, text: str) -> None:
    """Say something. `message_id` was made with the form, so pressed twice it is one. Raises NotFound, ConversationClosed.

    From the first word since the last one on, a digest is due on the next Wednesday.
    """
    if topic not in TOPICS:
        raise NotFound
    gathering = db.session.get_one(Gathering, member.gathering_id, with_for_update=True)
    _still_open(gathering)
    if not text.strip() or db.session.get(ConversationMessage, message_id) is not None:
        return
    message = ConversationMessage(id=message_id, member_id=member.id, topic=topic, written_at=clock.now())
    message.text = text.strip()
    db.session.add(message)
    conversation = db.session.scalar(select(Conversation).where(Conversation.gathering_id == gathering.id))
    if conversation is None:
        conversation = Conversation(id=new_id(), gathering_id=gathering.id, digests=0)
        db.session.add(conversation)
    if conversation.digest_due_at is None:
        conversation.digest_due_at = next_digest_day(clock.now(), gathering.zone)
    db.session.flush()
    if member.place_id is not None:
        hear_named(gathering.id, "said_there", message.id, text)
    emit(ConversationWritten(gathering_id=gathering.id))


def take_back(message_id: int, member: Member) -> None:
    """Take one's own message back, also when nobody can write any more. Pressed twice it stays taken back.

    Raises NotFound for somebody else's.
    """
    message = db.session.get(ConversationMessage, message_id, with_for_update=True)
    if message is None:
        return
    if message.member_id != member.id:
        raise NotFound
    db.session.delete(message)
    db.session.flush()
    emit(ConversationWritten(gathering_id=member.gathering_id))


def want_digest(member: Member, *, wanted: bool) -> None:
    """Be told once a week that there is something new, or not."""
    member.wants_digest = wanted
    db.session.flush()


def report(message_id: int, member: Member, text: str) -> None:
    """Put a message before the care contact, with one's own name and, if one likes, some words. Raises NotFound."""
    message = db.session.get(ConversationMessage, message_id, with_for_update=True)
    if message is None or message.member.gathering_id != member.gathering_id:
        raise NotFound
    said = f"{text.strip()}\n\n“{message.text}”\n{message.member.called or ''}".strip()
    way = member.person.email if member.person is not None else ""
    tell_care_contact(member.gathering_id, f"{message.id}|{member.id}", said, place_id=member.place_id, way=way)


def takes_part(place: Place) -> bool:
    """Whether this attendee was there and may join."""
    return place.state == "confirmed" and place.presence != "missed" and is_there(place.gathering)


def member_of(place_id: int) -> Member:
    """This attendee as who takes part. Raises NotFound for who does not, or has left."""
    found = db.session.scalar(select(Member).where(Member.place_id == place_id, Member.left.is_(False)))
    if found is None or found.place is None or not takes_part(found.place):
        raise NotFound
    return found


def leader_in(gathering_id: int, person: Person) -> Member:
    """Somebody who leads as who takes part; that they lead is for the caller to have looked at. Raises NotFound."""
    gathering = db.session.get_one(Gathering, gathering_id, with_for_update=True)
    if not is_there(gathering):
        raise NotFound
    known = select(Member).where(Member.gathering_id == gathering_id, Member.person_id == person.id)
    member = db.session.scalar(known)
    if member is None:
        member = Member(id=new_id(), gathering_id=gathering_id, person_id=person.id, wants_digest=False, left=False)
        db.session.add(member)
        db.session.flush()
    return member


def digests_due(now: datetime) -> None:
    """The clock's part: where something was said, whoever wants it is told, once a week at most."""
    for each in db.session.scalars(select(Conversation).where(Conversation.digest_due_at <= now)):
        each.digest_due_at, each.digests = None, each.digests + 1
        db.session.flush()
        emit(ConversationDigestDue(gathering_id=each.gathering_id, number=each.digests))


def next_digest() -> datetime | None:
    """The next moment at which a digest goes out."""
    return db.session.scalar(select(func.min(Conversation.digest_due_at)))


def _still_open(gathering: Gathering) -> None:
    if not is_open(gathering):
        raise ConversationClosed(
            _("This conversation can only be read any more: ninety days have passed since the end.")
        )
