"""What organisers may know of what is owed: promises with their owners, and who has not looked back."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, lazyload

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Facilitator, Gathering, Leader
from retreats.db import db
from retreats.feedback.models import Decision, Reflection

SINCE = timedelta(days=365)


def first_promises(most: int) -> list[Decision]:
    """Changes that were promised in the last year and are not made, those due first."""
    query = select(Decision).where(*_open_promise()).order_by(Decision.due_at, Decision.id).limit(most)
    shown = joinedload(Decision.gathering).load_only(Gathering.slug, Gathering.title, Gathering.zone)
    whose = joinedload(Decision.owner).load_only(Person.name)
    return list(db.session.scalars(query.options(shown, whose, lazyload(Decision.followers))))


def promises_open() -> int:
    """How many there are in all."""
    return db.session.scalar(select(func.count()).select_from(Decision).where(*_open_promise())) or 0


def _open_promise() -> tuple[ColumnElement[bool], ...]:
    since = clock.now() - SINCE
    return (
        Decision.kind == "will_change",
        Decision.is_current.is_(True),
        ~Decision.changes.any(),
        Decision.decided_at > since,
    )


def missing(gatherings: list[Gathering]) -> list[tuple[Gathering, list[str]]]:
    """Who led these and has not looked back: that they have not, organisers may see; what others wrote, never."""
    written = select(Reflection.id).where(
        Reflection.gathering_id == Leader.gathering_id, Reflection.person_id == Facilitator.person_id
    )
    rows = db.session.execute(
        select(Leader.gathering_id, Person.name)
        .join(Facilitator, Facilitator.id == Leader.facilitator_id)
        .join(Person, Person.id == Facilitator.person_id)
        .where(Leader.gathering_id.in_([each.id for each in gatherings]), ~written.exists())
        .order_by(Leader.position, Leader.id)
    )
    names: dict[int, list[str]] = defaultdict(list)
    for gathering_id, name in rows:
        names[gathering_id].append(name)
    return [(each, names[each.id]) for each in gatherings]
