"""What a person of the house decides about a letter before it goes out by itself: hold it back, let it go, skip it."""

from __future__ import annotations

from sqlalchemy import select

from retreats import clock
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.events import TimedLetterDue, TimedLetterHeld, TimedLetterReleased, TimedLetterSkipped
from retreats.mailings import upcoming
from retreats.mailings.models import TimedPassing
from retreats.mailings.service.timed import note_passing
from retreats.mailings.timing import mark_of
from retreats.outbox import emit
from retreats.refusals import Refusal


class AlreadyGone(Refusal):
    """Its moment has passed: it has gone out, or was too late to."""

    code = "letter_gone"


def hold_back(gathering_id: int, purpose: str) -> None:
    """Keep it back until somebody lets it go. Raises AlreadyGone."""
    gathering, passing = _decided(gathering_id, purpose)
    if passing is not None and passing.outcome == "held":
        return
    _decide(gathering, purpose, passing, "held")
    emit(TimedLetterHeld(gathering_id=gathering.id, purpose=purpose))


def skip(gathering_id: int, purpose: str) -> None:
    """Let nobody get it, whoever books later included. Raises AlreadyGone."""
    gathering, passing = _decided(gathering_id, purpose)
    if passing is not None and passing.outcome == "skipped":
        return
    _decide(gathering, purpose, passing, "skipped")
    emit(TimedLetterSkipped(gathering_id=gathering.id, purpose=purpose))


def let_go(gathering_id: int, purpose: str) -> None:
    """Let it go out after all: at its moment, or at once where that has passed and it is of use still.

    What nobody held back or skipped is left alone. Raises AlreadyGone.
    """
    gathering, passing = _decided(gathering_id, purpose)
    if passing is None:
        return
    timed, now = upcoming.letter_of(gathering, purpose), clock.now()
    due = timed.due_at(gathering)
    if due is not None and due > now:
        db.session.delete(passing)
    elif timed.is_useful(gathering, now):
        passing.outcome, passing.passed_at = "sent", now
        emit(TimedLetterDue(gathering_id=gathering.id, purpose=purpose))
    else:
        raise AlreadyGone
    emit(TimedLetterReleased(gathering_id=gathering.id, purpose=purpose))


def _decided(gathering_id: int, purpose: str) -> tuple[Gathering, TimedPassing | None]:
    """The gathering, locked, and what was decided about the letter so far. Raises AlreadyGone."""
    gathering = db.session.get_one(Gathering, gathering_id, with_for_update=True)
    passing = db.session.scalar(
        select(TimedPassing).where(
            TimedPassing.gathering_id == gathering.id,
            TimedPassing.purpose == purpose,
            TimedPassing.mark == mark_of(gathering, purpose),
        )
    )
    if passing is not None and passing.outcome not in {"held", "skipped"}:
        raise AlreadyGone
    return gathering, passing


def _decide(gathering: Gathering, purpose: str, passing: TimedPassing | None, outcome: str) -> None:
    if passing is None:
        note_passing(gathering, purpose, outcome)
    else:
        passing.outcome, passing.passed_at = outcome, clock.now()
    db.session.flush()
