"""What an organiser sets for the form after one gathering: that there is none, before it opens, and once more time while it is open.

Neither depends on whether anybody has answered, and nothing here tells of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select

from retreats import clock
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.events import FormGivenTime, FormSwitched
from retreats.feedback import timeline
from retreats.feedback.models import FormWindow, LoopRules
from retreats.feedback.service.follow_ups import asking_after
from retreats.feedback.service.own_questions import may_ask
from retreats.outbox import emit
from retreats.refusals import Refusal


class FormHasOpened(Refusal):
    """Whether people are asked is decided before they are."""

    code = "form_has_opened"


class NotExtended(Refusal):
    """More time is given once, while the form is open, to a later day, and to two weeks after the end at most."""

    code = "not_extended"
    status = 422


def switch_form(gathering_id: int, *, asks: bool) -> None:
    """Ask people after this gathering how it was, or do not. Raises FormHasOpened."""
    gathering = db.session.get_one(Gathering, gathering_id, with_for_update=True)
    if not may_ask(gathering):
        raise FormHasOpened
    if is_asked_after(gathering_id) is asks:
        return
    rules = db.session.get(LoopRules, gathering_id)
    if rules is None:
        rules = LoopRules(id=gathering_id, gathering_id=gathering_id)
        db.session.add(rules)
    rules.asks_after = asks
    db.session.flush()
    emit(FormSwitched(gathering_id=gathering_id, asks=asks))


def extend(gathering_id: int, more_days: int) -> None:
    """Keep its form open for so many days longer. The same once more changes nothing. Raises NotExtended."""
    query = select(FormWindow).where(FormWindow.gathering_id == gathering_id, FormWindow.occasion == "after")
    window = db.session.scalar(query.with_for_update())
    if window is not None and window.more_days and window.more_days == more_days:
        return
    if window is None or more_days not in days_to_give(window):
        raise NotExtended
    window.more_days = more_days
    db.session.flush()
    emit(FormGivenTime(window_id=window.id, gathering_id=gathering_id, more_days=more_days))


def days_to_give(window: FormWindow) -> range:
    """How many days more may still be given; none once it was done, while it rests, or once the form has closed."""
    closes, rests = closes_at(window.gathering), window.rests_since is not None
    is_open = window.state in {"collecting", "released"} and closes is not None and clock.now() < closes and not rests
    return range(1, timeline.MOST_DAYS - timeline.RELEASE_2.days + 1) if is_open and not window.more_days else range(0)


def is_asked_after(gathering_id: int) -> bool:
    """Whether people are asked how this gathering was."""
    return gathering_id not in switched_off([gathering_id])


def switched_off(gathering_ids: Sequence[int] | Select[int]) -> set[int]:
    """Those after which nobody is asked."""
    return {each for each, asking in asking_after(gathering_ids).items() if not asking.at_all}


@dataclass(frozen=True, kw_only=True)
class Longer:
    """How much longer than usual a form is open: days that were given, how long it rested so far, and since when it rests now."""

    days: int = 0
    rested: timedelta = timedelta()
    since: datetime | None = None


AS_USUAL = Longer()


def step_due(step: timeline.Step, gathering: Gathering) -> datetime | None:
    """When a step of its timeline is due, with what its form was given and how long it rested so far."""
    longer = longer_of(gathering.id)
    return step.due_at(gathering, more_days=longer.days, rested=longer.rested)


def closes_at(gathering: Gathering) -> datetime | None:
    """When the form after it closes."""
    return step_due(timeline.RELEASE_2, gathering)


def held_until(gathering: Gathering) -> datetime | None:
    """Until when authors of held words decide."""
    return step_due(timeline.HELD_RELEASE, gathering)


def longer_of(gathering_id: int) -> Longer:
    """How much longer the form after this one is open."""
    return given_time([gathering_id]).get(gathering_id, AS_USUAL)


def given_time(gathering_ids: Sequence[int]) -> dict[int, Longer]:
    """By gathering, of those whose form is open for longer or rests."""
    now = clock.now()
    query = select(FormWindow.gathering_id, FormWindow.more_days, FormWindow.rested, FormWindow.rests_since).where(
        FormWindow.gathering_id.in_(gathering_ids), FormWindow.occasion == "after",
        or_(FormWindow.more_days > 0, FormWindow.rested > 0, FormWindow.rests_since.is_not(None)),
    )  # fmt: skip
    return {
        gathering_id: Longer(
            days=days, rested=timedelta(seconds=rested) + (now - since if since else timedelta()), since=since
        )
        for gathering_id, days, rested, since in db.session.execute(query)
    }
