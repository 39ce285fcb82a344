"""Rows for the loop: a past gathering that was heard, answered and changed the next, and what people hope for before it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import select

from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import Base, db, new_id
from retreats.demo.content import Table
from retreats.demo.dates import ZONE
from retreats.demo.house import Community
from retreats.feedback import own_link
from retreats.feedback.house_forms import house_form
from retreats.feedback.models import (
    Batch,
    CareCase,
    CareNote,
    FormWindow,
    GroupAnswer,
    LoopStep,
    Point,
    Reading,
    Reflection,
    SpentLocator,
)
from retreats.feedback.service.sealing import SCALES
from retreats.feedback.service.ticks import open_form
from retreats.feedback.timeline import OPENS, RELEASE_1, STEPS, VERDICT_DAYS, later, next_digest_day, noon_of

AFTER_RELEASE = timedelta(hours=20)
"""When the facilitators sat down to read."""


@dataclass
class Round:
    """One round of the loop: which gathering was spoken of, which one shows what changed, and when what happened."""

    community: Community
    table: Table
    window: FormWindow
    batch: Batch

    @cached_property
    def spoken_of(self) -> Gathering:
        """The past gathering."""
        return self.community.gatherings[self.table["gathering"]]

    @cached_property
    def shown_on(self) -> Gathering:
        """The next one of the series."""
        return self.community.gatherings[self.table["shown_on"]]

    def moments(self, *, until_shown: bool) -> dict[str, datetime]:
        """When each step of a point's way was taken: told once it was shown, or once it was answered or refused."""
        released, zone = self.batch.released_at, self.spoken_of.zone
        decided, shown = later(released, zone, days=6), self.shown_on.published_at or released
        told = next_digest_day(shown if until_shown else decided, ZONE)
        return {
            "read": released + AFTER_RELEASE,
            "acknowledged": released + AFTER_RELEASE + timedelta(hours=1),
            "answered": later(released, zone, days=2),
            "decided": decided,
            "made": noon_of(later(released, zone, days=14).date().isoformat(), zone),
            "shown": shown,
            "told": told,
            "verdict": later(told, zone, days=3),
            "lapsed": later(told, zone, days=VERDICT_DAYS),
        }

    def place_of(self, who: str) -> Place:
        """Somebody's place at the past gathering."""
        return place_of(who, self.spoken_of, self.community)

    def locator(self, who: str, question: str) -> bytes:
        """Where the words of somebody lie: found again only by their own link."""
        return own_link.locator(own_link.token_of(self.place_of(who)), self.window.id, question)


def place_of(who: str, gathering: Gathering, community: Community) -> Place:
    """Somebody's confirmed place at a gathering."""
    person = community.people[who]
    wanted = select(Place).where(Place.gathering_id == gathering.id, Place.person_id == person.id)
    return db.session.scalars(wanted.where(Place.state == "confirmed")).one()


def passed_steps(community: Community) -> list[Base]:
    """What the clock has seen to already, so that it writes to nobody about what is long past.

    The form of a gathering that has just ended is open, as if the clock had seen to it in time.
    """
    rows: list[Base] = []
    for gathering in community.gatherings.values():
        for step in STEPS if gathering.state in {"running", "over"} else ():
            due = step.due_at(gathering)
            if due is None or due > community.now:
                continue
            rows.append(LoopStep(id=new_id(), gathering_id=gathering.id, step=step.name, passed_at=due))
    return rows


def ask_those_who_were_there(community: Community) -> None:
    """Open the form of what has just ended; once everybody has booked who was there."""
    for gathering in community.gatherings.values():
        opens = OPENS.due_at(gathering)
        if (
            gathering.state == "over"
            and opens is not None
            and opens <= community.now
            and _has_just_ended(gathering, community)
        ):
            open_form(gathering)


def _has_just_ended(gathering: Gathering, community: Community) -> bool:
    released = RELEASE_1.due_at(gathering)
    return released is not None and community.now < released


def closed_round(table: Table, community: Community) -> tuple[Round, list[list[Base]]]:
    """The round of `loop.toml` or of the one before it in layers, each of which leans on the one before it."""
    gathering = community.gatherings[table["gathering"]]
    released_at = RELEASE_1.due_at(gathering) or community.now
    window = FormWindow(id=new_id(), gathering_id=gathering.id, occasion="after", form_id=house_form("after").id,
                        state="closed", attended=gathering.taken, offers_unnamed=True, digests=2)  # fmt: skip
    batch = Batch(id=new_id(), window_id=window.id, number=1, answered=len(table["answered"]), released_at=released_at)
    around = Round(community, table, window, batch)
    return around, [[window], [batch], [*_answers(around), *_looks(around), *_care(around)]]


def _answers(around: Round) -> Iterator[Base]:
    for question, values in around.table["scales"].items():
        for value in values:
            yield GroupAnswer(id=new_id(), batch_id=around.batch.id, question=question, value=value)
    for locator in sorted(around.locator(who, SCALES) for who in around.table["answered"]):
        yield SpentLocator(locator=locator, window_id=around.window.id)


def _looks(around: Round) -> Iterator[Base]:
    """The facilitators' own half: they looked back before they read."""
    for each in around.table["reflections"]:
        person = around.community.people[each["who"]]
        reflection = Reflection(id=new_id(), gathering_id=around.spoken_of.id, person_id=person.id,
                                form_id=house_form("reflection").id,
                                written_at=around.batch.released_at - timedelta(hours=30))  # fmt: skip
        reflection.answers = json.dumps(each["answers"], ensure_ascii=False)
        yield reflection
        yield Reading(
            id=new_id(),
            batch_id=around.batch.id,
            person_id=person.id,
            opened_at=around.batch.released_at + AFTER_RELEASE,
        )


def _care(around: Round) -> Iterator[Base]:
    contact = around.spoken_of.care_contact_id
    for each in around.table.get("care", []):
        raised_at = around.batch.released_at - timedelta(hours=40)
        case = CareCase(id=new_id(), gathering_id=around.spoken_of.id, source=each["source"], choice=each["choice"],
                        locator=around.locator(each["who"], each["source"]), state=each["state"],
                        outcome=each["outcome"], raised_at=raised_at, alerted=True)  # fmt: skip
        case.text, case.way = each["text"], each["way"]
        yield case
        if contact is not None:
            note = CareNote(id=new_id(), case_id=case.id, person_id=contact, written_at=later(
                raised_at, around.spoken_of.zone, days=9))  # fmt: skip
            note.text = each["note"]
            yield note


def point_of(each: Table, around: Round) -> Point:
    """One thing that somebody said, as it came out of the seal."""
    point = Point(
        id=new_id(),
        batch_id=around.batch.id,
        question=each["question"],
        kind=each["kind"],
        place_id=around.place_of(each["who"]).id if each.get("named") else None,
        locator=around.locator(each["who"], each["question"]),
        state=each["state"],
        **{wish: each.get(wish, False) for wish in ("wants_reply", "may_quote", "may_supervise")},
    )
    point.text = each["text"]
    return point
