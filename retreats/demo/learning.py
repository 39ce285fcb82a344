"""Rows for the facilitators' half of the past round: what several said, the letter about it, and what Mira learned."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import select

from retreats.db import Base, db, new_id
from retreats.demo.content import said
from retreats.demo.loop import Round
from retreats.feedback.models import Decision, Development, GroupLetter, Point, Supervision, Theme, ThemePoint
from retreats.feedback.timeline import later


def lead_on(around: Round) -> list[list[Base]]:
    """Write them, and give back what leans on them, in layers."""
    table, mira = said("learning"), around.community.people[around.table["led_by"]]
    written = later(around.batch.released_at, around.spoken_of.zone, days=table["days_after_release"])
    theme = Theme(id=new_id(), gathering_id=around.spoken_of.id)
    theme.title = table["theme"]
    letter = GroupLetter(
        id=new_id(), gathering_id=around.spoken_of.id, written_by_id=mira.id, version=1, sent_at=written
    )
    letter.texts = json.dumps(table["letter"], ensure_ascii=False)
    day = (written + timedelta(days=2)).date().isoformat()
    learned = Development(id=new_id(), person_id=mira.id, day=day, gathering_id=around.spoken_of.id,
                          tries_in_id=around.shown_on.id, **table["development"])  # fmt: skip
    supervised = Supervision(id=new_id(), person_id=mira.id, day=day, **table["supervision"])
    db.session.add_all([theme, letter, learned, supervised])
    db.session.flush()
    return [_points(theme, around), _cited(learned)]


def _points(theme: Theme, around: Round) -> list[Base]:
    locators = [around.locator(who, question) for who, question in said("learning")["points"]]
    points = db.session.scalars(select(Point).where(Point.locator.in_(locators))).all()
    return [ThemePoint(theme_id=theme.id, point_id=point.id) for point in points]


def _cited(learned: Development) -> list[Base]:
    """The first change that was made came from it."""
    query = select(Decision).where(Decision.gathering_id == learned.gathering_id, Decision.changes.any())
    decision = db.session.scalars(query.order_by(Decision.decided_at, Decision.id).limit(1)).one()
    decision.development_id = learned.id
    return [decision]
