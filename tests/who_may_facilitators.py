"""What `test_who_may.py` finds of the facilitators' half of the loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, select

from retreats.accounts.models import Person
from retreats.db import db, writing
from retreats.feedback.models import GroupLetter
from retreats.feedback.service import group_letter, themes
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

    letters = ("letter_form", "keep_letter", "preview_letter", "send_letter")
    return {"theme_id": a_theme, **{f"feedback.{each}:slug": with_a_letter for each in letters}}


def _mira() -> Person:
    return db.session.scalars(select(Person).where(Person.email == "mira@example.org")).one()
