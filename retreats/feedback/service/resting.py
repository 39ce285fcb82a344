"""An organiser lets the form after a gathering rest, and go on: nothing is taken in meanwhile, and everything to come waits.

Neither depends on whether anybody has answered. What lies sealed stays sealed; the closing comes later by as long as it
rested, and by two weeks in all at most: then it goes on by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from retreats import clock
from retreats.db import db
from retreats.events import FormRested, FormWentOn
from retreats.feedback import timeline
from retreats.feedback.models import FormWindow
from retreats.feedback.service.form_choices import closes_at
from retreats.feedback.service.turns import at_form
from retreats.outbox import emit
from retreats.refusals import Refusal


class NotPausable(Refusal):
    """Only a form that is open can rest, and not for longer than two weeks in all."""

    code = "not_pausable"


def let_rest(gathering_id: int) -> None:
    """Take nothing in from now on. Twice is once. Raises NotPausable."""
    window = _held(gathering_id)
    if window is not None and window.rests_since is not None:
        return
    if window is None or not may_rest(window):
        raise NotPausable
    window.rests_since = clock.now()
    db.session.flush()
    emit(FormRested(window_id=window.id, gathering_id=gathering_id))


def let_go_on(gathering_id: int) -> None:
    """Take in again; everything that waited comes later by as long. Where it does not rest, nothing happens."""
    window = _held(gathering_id)
    if window is not None and window.rests_since is not None:
        _go_on(window, clock.now())


def may_rest(window: FormWindow) -> bool:
    """Whether it is open, and has not rested for two weeks already."""
    closes = closes_at(window.gathering)
    is_open = window.state in {"collecting", "released"} and closes is not None and clock.now() < closes
    return is_open and window.rests_since is None and _left(window) > timedelta()


def goes_on_at(window: FormWindow) -> datetime | None:
    """When it goes on by itself; None where it does not rest."""
    return None if window.rests_since is None else window.rests_since + _left(window)


def rests_since(gathering_id: int) -> datetime | None:
    """Since when its form rests, if it does."""
    query = select(FormWindow.rests_since).where(
        FormWindow.gathering_id == gathering_id, FormWindow.occasion == "after"
    )
    return db.session.scalar(query)


def has_come_to_rest(gathering_id: int, step: timeline.Step) -> bool:
    """Whether this step waits, because its form was let rest a moment ago; if not, nobody lets it rest meanwhile."""
    if not step.rests:
        return False
    at_form(gathering_id)
    return rests_since(gathering_id) is not None


def go_on_due(now: datetime) -> None:
    """What has rested for two weeks goes on."""
    for gathering_id in [each.gathering_id for each in _resting() if _is_due(each, now)]:
        window = _held(gathering_id)
        if window is not None and _is_due(window, now):
            _go_on(window, now)


def next_go_on() -> datetime | None:
    """The next moment at which a form goes on by itself."""
    return min((due for each in _resting() if (due := goes_on_at(each)) is not None), default=None)


def _is_due(window: FormWindow, now: datetime) -> bool:
    due = goes_on_at(window)
    return due is not None and due <= now


def _go_on(window: FormWindow, now: datetime) -> None:
    if window.rests_since is not None:
        window.rested += max(0, round((now - window.rests_since).total_seconds()))
    window.rests_since = None
    db.session.flush()
    emit(FormWentOn(window_id=window.id, gathering_id=window.gathering_id, rested=window.rested))


def _left(window: FormWindow) -> timedelta:
    return timeline.MOST_REST - timedelta(seconds=window.rested)


def _held(gathering_id: int) -> FormWindow | None:
    """The form, which nobody else lets rest, or sends, meanwhile."""
    at_form(gathering_id)
    query = select(FormWindow).where(FormWindow.gathering_id == gathering_id, FormWindow.occasion == "after")
    return db.session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _resting() -> list[FormWindow]:
    return list(db.session.scalars(select(FormWindow).where(FormWindow.rests_since.is_not(None))))
