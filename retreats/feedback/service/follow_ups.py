"""How many days after a gathering everybody is asked how it is now: 21 and 90, or what an organiser chose for this one.

Each is closed before the next one opens, so that nobody has two of these forms before them, and each is reminded of once.
Below two weeks there is none: until then the form after the gathering asks and reminds (docs/decisions/distances.md).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import Select, select

from retreats import clock
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.events import FollowUpsChosen
from retreats.feedback import timeline
from retreats.feedback.models import LoopRules
from retreats.outbox import emit
from retreats.refusals import Refusal

AS_USUAL = (21, 90)


class FollowUpsTooClose(Refusal):
    """There is one follow-up at least, at days that there are, and each closes before the next one opens."""

    code = "follow_ups_too_close"
    status = 422


class FollowUpsSettled(Refusal):
    """Two weeks after the end the first of them could have opened: from then on nothing about them changes."""

    code = "follow_ups_settled"


def choose_follow_ups(gathering_id: int, days: Collection[int]) -> None:
    """Ask after these days. The same once more changes nothing. Raises FollowUpsSettled, FollowUpsTooClose."""
    gathering = db.session.get_one(Gathering, gathering_id, with_for_update=True)
    chosen = tuple(sorted(set(days)))
    if not may_choose_follow_ups(gathering):
        raise FollowUpsSettled
    if not chosen or not set(chosen) <= set(timeline.FOLLOW_UP_DAYS) or not _apart(chosen):
        raise FollowUpsTooClose
    rules = db.session.get(LoopRules, gathering_id)
    if chosen == _read(rules.follow_ups if rules else ""):
        return
    if rules is None:
        rules = LoopRules(id=gathering_id, gathering_id=gathering_id)
        db.session.add(rules)
    rules.follow_ups = "" if chosen == AS_USUAL else ",".join(map(str, chosen))
    db.session.flush()
    emit(FollowUpsChosen(gathering_id=gathering_id, days=",".join(map(str, chosen))))


def may_choose_follow_ups(gathering: Gathering) -> bool:
    """Whether none can have opened yet. It depends on the clock alone, never on whether anybody has answered."""
    first = timeline.FOLLOW_UPS[timeline.FOLLOW_UP_DAYS[0], "opens"].due_at(gathering)
    return first is None or clock.now() < first


@dataclass(frozen=True)
class Asking:
    """Whether people are asked after a gathering how it was, and after how many days how it is now."""

    at_all: bool = True
    follow_ups: tuple[int, ...] = AS_USUAL


def asking_after(gathering_ids: Sequence[int] | Select[int]) -> dict[int, Asking]:
    """What was chosen for these gatherings; those without a choice are as usual, and left out. One statement."""
    rows = select(LoopRules.id, LoopRules.asks_after, LoopRules.follow_ups).where(LoopRules.id.in_(gathering_ids))
    return {each: Asking(at_all, _read(chosen)) for each, at_all, chosen in db.session.execute(rows)}


def asked_after(gathering_id: int) -> tuple[int, ...]:
    """After how many days people are asked how it is now."""
    return asking_after([gathering_id]).get(gathering_id, Asking()).follow_ups


def _apart(days: tuple[int, ...]) -> bool:
    return all(second - first >= timeline.FOLLOW_UP_OPEN for first, second in pairwise(days))


def _read(chosen: str) -> tuple[int, ...]:
    return tuple(int(each) for each in chosen.split(",")) if chosen else AS_USUAL
