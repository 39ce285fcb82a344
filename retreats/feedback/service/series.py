"""The next gathering of a series asks what became of each promise of those before: carried over, made, or dropped with a reason."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import Localised, db
from retreats.events import PromiseCarried, PromiseDropped
from retreats.feedback.models import Decision
from retreats.feedback.pages import refresh_page
from retreats.feedback.service.decide import Decided, check_words, follow, promise
from retreats.feedback.service.steps import news, step
from retreats.feedback.service.turns import in_turn
from retreats.outbox import emit
from retreats.refusals import NotFound


def promises_before(gathering: Gathering, *, its_own: bool = False) -> list[Decision]:
    """Open promises of the series' earlier gatherings of which nothing was said for this one yet, the earliest due first.

    `its_own`: for the one that will follow this gathering. One statement.
    """
    if gathering.series_id is None:
        return []
    until = gathering.starts_at or clock.now()
    earlier = Gathering.ends_at < until
    if its_own:
        earlier = earlier | (Gathering.id == gathering.id)
    found = db.session.scalars(
        select(Decision)
        .join(Gathering, Gathering.id == Decision.gathering_id)
        .where(
            Gathering.series_id == gathering.series_id,
            Gathering.state != "cancelled",
            earlier,
            Decision.kind == "will_change",
            Decision.is_current,
            ~Decision.changes.any(),
            Decision.carried_to_id.is_distinct_from(gathering.id),
        )
        .options(joinedload(Decision.gathering), joinedload(Decision.owner))
        .order_by(Decision.due_at, Decision.id)
    )
    return [each for each in found if its_own or each.gathering_id != gathering.id]


def asks_of_promises(gathering: Gathering) -> str | None:
    """Where an organiser says what became of each promise, before this one is published; None where none is open."""
    return f"/organise/gatherings/{gathering.slug}/promises" if promises_before(gathering) else None


def carry_over(gathering: Gathering, decision_id: int) -> None:
    """Take an open promise along: it is due when this gathering begins. Raises NotFound for what is no open promise of before."""
    db.session.get(Decision, decision_id, with_for_update=True)
    decision = open_promise(gathering, decision_id)
    decision.carried_to_id = gathering.id
    if gathering.starts_at is not None and (decision.due_at is None or decision.due_at < gathering.starts_at):
        decision.due_at = gathering.starts_at
    db.session.flush()
    emit(PromiseCarried(decision_id=decision.id, gathering_id=decision.gathering_id, to_id=gathering.id))


def drop(gathering: Gathering, decision_id: int, reason: Localised, *, by: Person) -> Decision:
    """Say that a promise is not kept, and why: it stands on this gathering's page, and whoever asked is told.

    Raises NotFound, ReasonMissing, QuotesSomebody.
    """
    if (asked := db.session.scalar(select(Decision.gathering_id).where(Decision.id == decision_id))) is not None:
        in_turn("gathering", asked)
    db.session.get(Decision, decision_id, with_for_update=True)
    before = open_promise(gathering, decision_id)
    decided = Decided(kind="will_not", about=before.about, reason=reason)
    check_words(before.gathering_id, decided)
    points, before.is_current = list(before.points), False
    after = promise(before.gathering_id, decided, by=by, point_id=before.point_id, theme_id=before.theme_id)
    after.carried_to_id = gathering.id
    follow(before, after)
    for point in points:
        step(point, "decided", by=by)
    news(before.gathering_id)
    refresh_page(gathering.id)
    db.session.flush()
    emit(PromiseDropped(decision_id=after.id, gathering_id=before.gathering_id))
    return after


def open_promise(gathering: Gathering, decision_id: int) -> Decision:
    """One of them. Raises NotFound for everything else."""
    found = next((each for each in promises_before(gathering) if each.id == decision_id), None)
    if found is None:
        raise NotFound
    return found
