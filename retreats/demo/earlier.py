"""Rows for what was earlier: three weekends that are remembered in figures, and what was pooled of them in March.

So there is something to compare with from the first day on, whatever day that is: their year is the last that was pooled.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from retreats.catalogue.models import Gathering
from retreats.db import Base, new_id
from retreats.demo.content import Table, said
from retreats.demo.dates import ZONE
from retreats.demo.house import Community
from retreats.feedback.house_forms import house_form
from retreats.feedback.models import Batch, FormWindow, GroupAnswer, Pool, PooledWords, PoolReader, Reading, Reflection
from retreats.feedback.service.pooling import pooled_on
from retreats.feedback.timeline import RELEASE_1

_READ_AFTER = timedelta(hours=20)


def year_pooled(now: datetime) -> int:
    """The last year that was pooled before this moment."""
    year = now.astimezone(ZoneInfo(ZONE)).year - 1
    return year if now >= pooled_on(year) else year - 1


def as_it_was(table: Table, community: Community) -> Community:
    """The same people, at the moment from which one of these gatherings is told."""
    if "weeks_ago" in table:
        return replace(community, now=community.now - timedelta(weeks=table["weeks_ago"]))
    told = datetime.fromisoformat(f"{year_pooled(community.now)}-{table['told_on']}T12:00").replace(
        tzinfo=ZoneInfo(ZONE)
    )
    return replace(community, now=told.astimezone(community.now.tzinfo))


def remember(community: Community) -> list[list[Base]]:
    """What was heard of each, and the pool, in layers that lean on each other."""
    layers: list[list[Base]] = [[], [], []]
    for table in (each for each in said("earlier")["gatherings"] if "scales" in each):
        for layer, rows in zip(layers, _heard(table, community), strict=True):
            layer.extend(rows)
    pool, inside = _pooled(community)
    layers[0].append(pool)
    layers[1] += inside
    return layers


def _heard(table: Table, community: Community) -> tuple[list[Base], list[Base], list[Base]]:
    gathering = community.gatherings[table["slug"]]
    window = FormWindow(id=new_id(), gathering_id=gathering.id, occasion="after", form_id=house_form("after").id,
                        state="closed", attended=gathering.taken, offers_unnamed=True, digests=1)  # fmt: skip
    batch = Batch(id=new_id(), window_id=window.id, number=1, answered=len(table["scales"]["C1"]),
                  released_at=RELEASE_1.due_at(gathering) or community.now)  # fmt: skip
    answers: list[Base] = [
        GroupAnswer(id=new_id(), batch_id=batch.id, question=question, value=value)
        for question, values in table["scales"].items()
        for value in values
    ]
    return [window], [batch], answers + _looks(table, gathering, batch, community)


def _looks(table: Table, gathering: Gathering, batch: Batch, community: Community) -> list[Base]:
    """Both who led looked back, and then read."""
    rows: list[Base] = []
    for who in said("earlier")["led_by"]:
        person_id = community.people[who].id
        reflection = Reflection(id=new_id(), gathering_id=gathering.id, person_id=person_id,
                                form_id=house_form("reflection").id,
                                written_at=batch.released_at - timedelta(hours=30))  # fmt: skip
        reflection.answers = json.dumps({"E1": table["expected"]})
        reading = Reading(
            id=new_id(), batch_id=batch.id, person_id=person_id, opened_at=batch.released_at + _READ_AFTER
        )
        rows += [reflection, reading]
    return rows


def _pooled(community: Community) -> tuple[Pool, list[Base]]:
    table, year = said("earlier")["pool"], year_pooled(community.now)
    pool = Pool(id=new_id(), year=year, gatherings=table["gatherings"], counts={}, released_at=pooled_on(year))
    inside: list[Base] = [
        PoolReader(id=new_id(), pool_id=pool.id, person_id=community.people[who].id)
        for who in said("earlier")["led_by"]
    ]
    for each in table["words"]:
        words = PooledWords(id=new_id(), pool_id=pool.id, question=each["question"], kind=each["kind"])
        words.text = each["text"]
        inside.append(words)
    return pool, inside
