"""What a gathering's page shows of the loop: what was said before and what came of it. Decisions and days, never quotes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from retreats.catalogue.models import Gathering
from retreats.db import Localised, db
from retreats.feedback.models import Change, ChangeShown, Decision


@dataclass(frozen=True)
class Said:
    """One thing that was said at an earlier gathering of the series, and its outcome; localised texts of the facilitators."""

    said: Localised
    outcome: Literal["changed", "kept", "already_so"]
    text: Localised
    """What was changed, or why it was kept."""
    day: datetime
    """Since when it is changed, or when it was decided (noon or later of that day)."""


def you_said_we_changed(gathering: Gathering) -> list[Said]:
    """For a gathering's page: changes shown there, and what the gathering before it decided to keep. Newest first."""
    if gathering.series_id is None or gathering.starts_at is None:
        return []
    changes = db.session.scalars(
        select(Change)
        .join(ChangeShown)
        .where(ChangeShown.gathering_id == gathering.id)
        .options(joinedload(Change.decision))
    )
    found = [Said(each.decision.about, "changed", each.what, each.made_on) for each in changes]
    found += [
        Said(each.about, "kept" if each.kind == "will_not" else "already_so", each.reason, each.decided_at)
        for each in _kept_before(gathering)
    ]
    return sorted(found, key=lambda each: each.day, reverse=True)


def changes_since(gathering: Gathering) -> list[Said]:
    """For those who attended: everything this gathering brought about, promised changes that are not made left out."""
    decisions = db.session.scalars(
        select(Decision)
        .where(Decision.gathering_id == gathering.id, Decision.is_current, Decision.kind != "need_to_talk")
        .options(selectinload(Decision.changes))
    ).all()
    found = [
        Said(each.about, "changed", change.what, change.made_on) for each in decisions for change in each.changes[-1:]
    ]
    found += [
        Said(each.about, "kept" if each.kind == "will_not" else "already_so", each.reason, each.decided_at)
        for each in decisions
        if each.kind in {"will_not", "already_so"}
    ]
    return sorted(found, key=lambda each: each.day, reverse=True)


def _kept_before(gathering: Gathering) -> list[Decision]:
    before = db.session.scalar(
        select(Gathering.id)
        .where(
            Gathering.series_id == gathering.series_id,
            Gathering.ends_at < gathering.starts_at,
            Gathering.id != gathering.id,
            select(Decision.id).where(Decision.gathering_id == Gathering.id).exists(),
        )
        .order_by(Gathering.ends_at.desc())
        .limit(1)
    )
    query = select(Decision).where(
        or_(Decision.gathering_id == before, Decision.carried_to_id == gathering.id),
        Decision.is_current,
        or_(Decision.kind == "will_not", Decision.kind == "already_so"),
    )
    return list(db.session.scalars(query)) if before is not None else []
