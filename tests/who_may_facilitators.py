"""What `test_who_may.py` finds of the facilitators' half of the loop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update

from retreats import clock
from retreats.accounts import service as accounts
from retreats.accounts.models import Person
from retreats.db import db, new_id, writing
from retreats.feedback import service as feedback
from retreats.feedback.models import FirstReader, GroupLetter, Message, Packet, PacketText, Point, Reading
from retreats.feedback.service import group_letter, learning, themes
from retreats.feedback.supervision_link import token_of
from tests.house import both

World = Any  # who_may_world.World, which looks into this file


def of_facilitators() -> dict[str, Callable[[World], object]]:
    """By `endpoint:argument`, or by the argument's name."""
    with_letter = ("letter_form", "keep_letter", "preview_letter", "send_letter", "supervision", "begin_packet")
    return {
        "point_id": _a_point,
        "theme_id": _a_theme,
        "packet_id": _a_packet,
        "feedback.confirm_text:packet_id": _a_draft,
        **{f"feedback.{each}:slug": _with_a_letter for each in with_letter},
        **{f"feedback.{each}:token": _a_packets_link for each in ("supervision_cover", "read_packet")},
        **{f"feedback.{each}:person_id": _asked_by_mira for each in ("to_read_first", "pass_on")},
        "feedback.pass_on:point_id": _a_point_for_supervision,
        **{f"feedback.{each}:entry_id": _an_entry for each in ("entry", "keep_entry", "remove_entry")},
        "supervision_id": _a_supervision,
        **{f"feedback.{each}:year": lambda _world: 2027 for each in ("evidence_page", "evidence_file")},
        "feedback.not_today:slug": _a_closed_release,
        "feedback.take_back:point_id": lambda world: _a_reply(world).point_id,
        "feedback.take_back:message_id": lambda world: _a_reply(world).id,
    }


def _a_point(world: World) -> int:
    """A point that Mira has opened, also after `not today`."""
    from tests.who_may_world import a_point  # that file looks into this one

    point_id = a_point(world)
    with writing() as session:
        session.execute(update(Reading).values(with_critical=True))
    return point_id


def _a_theme(world: World) -> int:
    """Something that people said, under a title."""
    point_id = _a_point(world)
    with writing():
        return themes.add_to_theme(world.gathering.id, point_id, title="The evenings").id


def _with_a_letter(world: World) -> str:
    """A gathering of which Mira has read what was said, and to whose people she has begun to write."""
    _a_point(world)
    with writing() as session:
        session.execute(delete(GroupLetter).where(GroupLetter.gathering_id == world.gathering.id))
        group_letter.keep_letter(world.gathering.id, both("Thank you"), version=0, by=_mira())
    return str(world.gathering.slug)


def _a_packet(world: World) -> int:
    """Something that Mira has taken to supervision: always the same."""
    _a_point(world)
    with writing() as session:
        if session.get(Packet, 9) is None:
            rita = accounts.recognise(name="Rita", email="rita@example.com", language="en")
            session.add(Packet(id=9, gathering_id=world.gathering.id, owner_id=_mira().id, supervisor_id=rita.id,
                               made_at=clock.now(), sent_at=clock.now(),
                               expires_at=clock.now() + timedelta(days=30)))  # fmt: skip
    return 9


def _a_draft(world: World) -> int:
    """Something that she has not sent yet."""
    point_id = _a_point(world)
    with writing() as session:
        packet = Packet(id=new_id(), gathering_id=world.gathering.id, owner_id=_mira().id, made_at=clock.now())
        session.add(packet)
        session.flush()
        session.add(PacketText(id=new_id(), packet_id=packet.id, point_id=point_id))
    return packet.id


def _a_packets_link(world: World) -> str:
    """What stands in the supervisor's letter."""
    return token_of(db.session.get_one(Packet, _a_packet(world)))


def _a_reply(world: World) -> Message:
    """A reply of Mira's that nobody can read yet."""
    known = db.session.scalars(select(Message).where(Message.visible_after > clock.now())).first()
    if known is not None:
        return known
    point_id = _a_point(world)
    with writing():
        feedback.reply(world.gathering.id, point_id, "Thank you", by=_mira(), surely=True)
    return db.session.scalars(select(Message).where(Message.point_id == point_id)).one()


def _a_closed_release(world: World) -> str:
    """Something of which Mira has left the hard part closed."""
    _a_point(world)
    with writing() as session:
        session.execute(update(Reading).values(with_critical=False, put_off_until=None))
    return str(world.gathering.slug)


def _asked_by_mira(world: World) -> int:
    """Mira, who asked Ada to read first."""
    mira, ada = _mira(), db.session.scalars(select(Person).where(Person.email == "ada@example.org")).one()
    with writing() as session:
        if session.scalar(select(FirstReader.id)) is None:
            session.add(FirstReader(id=new_id(), gathering_id=world.gathering.id, person_id=mira.id, reader_id=ada.id,
                                    leads_too=False))  # fmt: skip
    return mira.id


def _a_point_for_supervision(world: World) -> int:
    """A point that its author lets be used in supervision."""
    point_id = _a_point(world)
    with writing() as session:
        session.execute(update(Point).where(Point.id == point_id).values(may_supervise=True))
    return point_id


def _an_entry(_world: World) -> int:
    """Something that Mira learned."""
    with writing():
        said = learning.Learned(kind="reading", day="2027-03-01", minutes=90, learned="To wait")
        return learning.keep_entry(new_id(), said, by=_mira()).id


def _a_supervision(_world: World) -> int:
    """A supervision of Mira's."""
    with writing():
        said = learning.Supervised(kind="peer", day="2027-03-01", minutes=90)
        return learning.keep_supervision(new_id(), said, by=_mira()).id


def _mira() -> Person:
    return db.session.scalars(select(Person).where(Person.email == "mira@example.org")).one()
