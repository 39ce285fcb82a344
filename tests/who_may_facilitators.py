"""What `test_who_may.py` finds of the facilitators' half of the loop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from retreats import clock
from retreats.accounts import service as accounts
from retreats.accounts.models import Person
from retreats.db import db, new_id, writing
from retreats.feedback.models import GroupLetter, Packet, PacketText
from retreats.feedback.service import group_letter, themes
from retreats.feedback.supervision_link import token_of
from tests.house import both

World = Any  # who_may_world.World, which looks into this file


def of_facilitators(a_point: Callable[[World], int]) -> dict[str, Callable[[World], object]]:
    """By `endpoint:argument`, or by the argument's name."""

    def a_theme(world: World) -> int:
        """Something that people said, under a title."""
        point_id = a_point(world)
        with writing():
            return themes.add_to_theme(world.gathering.id, point_id, title="The evenings").id

    def with_a_letter(world: World) -> str:
        """A gathering of which Mira has read what was said, and to whose people she has begun to write."""
        a_point(world)
        with writing() as session:
            session.execute(delete(GroupLetter).where(GroupLetter.gathering_id == world.gathering.id))
            group_letter.keep_letter(world.gathering.id, both("Thank you"), version=0, by=_mira())
        return str(world.gathering.slug)

    def a_packet(world: World) -> int:
        """Something that Mira has taken to supervision: always the same."""
        a_point(world)
        with writing() as session:
            if session.get(Packet, 9) is None:
                rita = accounts.recognise(name="Rita", email="rita@example.com", language="en")
                session.add(Packet(id=9, gathering_id=world.gathering.id, owner_id=_mira().id, supervisor_id=rita.id,
                                   made_at=clock.now(), sent_at=clock.now(),
                                   expires_at=clock.now() + timedelta(days=30)))  # fmt: skip
        return 9

    def a_draft(world: World) -> int:
        """Something that she has not sent yet."""
        point_id = a_point(world)
        with writing() as session:
            packet = Packet(id=new_id(), gathering_id=world.gathering.id, owner_id=_mira().id, made_at=clock.now())
            session.add(packet)
            session.flush()
            session.add(PacketText(id=new_id(), packet_id=packet.id, point_id=point_id))
        return packet.id

    def a_packets_link(world: World) -> str:
        """What stands in the supervisor's letter."""
        return token_of(db.session.get_one(Packet, a_packet(world)))

    letters = ("letter_form", "keep_letter", "preview_letter", "send_letter")
    links = {f"feedback.{each}:token": a_packets_link for each in ("supervision_cover", "read_packet")}
    read = (*letters, "supervision", "begin_packet")
    return {
        "theme_id": a_theme,
        "packet_id": a_packet,
        "feedback.confirm_text:packet_id": a_draft,
        **links,
        **{f"feedback.{each}:slug": with_a_letter for each in read},
    }


def _mira() -> Person:
    return db.session.scalars(select(Person).where(Person.email == "mira@example.org")).one()
