"""What an organiser may do in the loop without reading a word of it: ask those who led, and give a promise more time."""

from __future__ import annotations

from datetime import datetime

from retreats import clock
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.events import LoopNudged, PromisePutOff
from retreats.feedback.models import Decision
from retreats.feedback.queries.organising import loop_row
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal


class NothingLate(Refusal):
    """Nobody waits for longer than was promised: there is nothing to ask for."""

    code = "nothing_late"


class NotPutOff(Refusal):
    """A promise is put off to a day that is still to come and later than the one it has."""

    code = "not_put_off"
    status = 422


def nudge(gathering: Gathering) -> None:
    """Ask those who led it to look at what is late; one letter a day at most. Raises NothingLate."""
    if not loop_row(gathering).leaders_are_late:
        raise NothingLate
    emit(LoopNudged(gathering_id=gathering.id, day=f"{clock.now():%Y-%m-%d}"))


def put_off(decision_id: int, *, until: datetime) -> Decision:
    """Give a promised change more time. Raises NotFound for what is no open promise, NotPutOff."""
    decision = db.session.get(Decision, decision_id)
    if decision is None or decision.kind != "will_change" or not decision.is_current or decision.changes:
        raise NotFound
    if until <= clock.now() or (decision.due_at is not None and until <= decision.due_at):
        raise NotPutOff
    decision.due_at = until
    emit(PromisePutOff(decision_id=decision.id, gathering_id=decision.gathering_id, until=f"{until:%Y-%m-%d}"))
    return decision
