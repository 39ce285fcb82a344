"""What the clock brings about in the short rounds: they open, everybody is reminded alike, and they close."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import delete, func, select

from retreats import clock
from retreats.catalogue.models import Gathering
from retreats.db import db, new_id
from retreats.events import (
    CheckInClosed,
    CheckInOpened,
    FollowUpHeld,
    FollowUpOpened,
    FollowUpReleased,
    FollowUpReminded,
)
from retreats.feedback import timeline
from retreats.feedback.house_forms import house_form
from retreats.feedback.models import Batch, FormWindow, GroupAnswer, GroupText, SealedAnswer
from retreats.feedback.people import how_many_attended
from retreats.feedback.practised import ASKED, is_about_practice
from retreats.feedback.rounds import CHECK_IN, FOLLOW_UPS, Round
from retreats.feedback.service.care_more import is_withheld
from retreats.feedback.service.check_in import is_wanted
from retreats.feedback.service.release import ENOUGH, answered, shuffled
from retreats.feedback.service.rounds import round_of
from retreats.feedback.service.sealing import SCALES, lies_released_at, opened
from retreats.feedback.service.turns import at_form
from retreats.outbox import emit

_TOO_LATE_TO_ASK, _LATE = timedelta(days=5), timedelta(hours=12)
"""After a time without a worker: a follow-up this late is not opened, a reminder this late is not sent."""
Happening = Callable[[Gathering, timedelta], None]


def _open(gathering: Gathering, asked: Round) -> bool:
    attended = how_many_attended(gathering.id)
    if attended == 0:
        return False
    db.session.add(FormWindow(id=new_id(), gathering_id=gathering.id, occasion=asked.occasion, state="collecting",
                              form_id=house_form(asked.form).id, attended=attended, digests=0,
                              offers_unnamed=attended >= ENOUGH))  # fmt: skip
    db.session.flush()
    return True


def _open_check_in(gathering: Gathering, _late: timedelta) -> None:
    closes = timeline.CHECK_IN_CLOSES.due_at(gathering)
    if closes is not None and clock.now() < closes and is_wanted(gathering) and _open(gathering, CHECK_IN):
        emit(CheckInOpened(gathering_id=gathering.id))


def _close_check_in(gathering: Gathering, _late: timedelta) -> None:
    """Pass it on if five have answered; otherwise erase it: what was meant for tomorrow is of no use to anybody later."""
    at_form(gathering.id)
    window = round_of(gathering.id, CHECK_IN.occasion)
    if window is None or window.state != "collecting":
        return
    if answered(window) >= ENOUGH:
        _pass_on(window, _sealed(window), people=answered(window))
    else:
        db.session.execute(delete(SealedAnswer).where(SealedAnswer.window_id == window.id))
    window.state = "closed"
    db.session.flush()
    emit(CheckInClosed(window_id=window.id, gathering_id=gathering.id))


def _open_follow_up(asked: Round) -> Happening:
    def opens(gathering: Gathering, late: timedelta) -> None:
        if late <= _TOO_LATE_TO_ASK and _open(gathering, asked):
            emit(FollowUpOpened(gathering_id=gathering.id, days=asked.days))

    return opens


def _remind(asked: Round) -> Happening:
    def remind(gathering: Gathering, late: timedelta) -> None:
        if late < _LATE and round_of(gathering.id, asked.occasion) is not None:
            emit(FollowUpReminded(gathering_id=gathering.id, days=asked.days))

    return remind


def _close_follow_up(asked: Round) -> Happening:
    def close(gathering: Gathering, _late: timedelta) -> None:
        at_form(gathering.id)
        window = round_of(gathering.id, asked.occasion)
        if window is None or window.state != "collecting":
            return
        people = answered(window)
        if not window.offers_unnamed:
            window.state = "closed"
            db.session.flush()
        elif people < ENOUGH:
            window.state = "held"
            db.session.flush()
            emit(FollowUpHeld(gathering_id=gathering.id, days=asked.days))
        else:
            _release(window, _sealed(window), asked, people=people)

    return close


def _let_go(asked: Round) -> Happening:
    """A week later: those held texts whose authors said so, all at one moment; never the scales."""

    def let_go(gathering: Gathering, _late: timedelta) -> None:
        at_form(gathering.id)
        window = round_of(gathering.id, asked.occasion)
        if window is None or window.state != "held":
            return
        let_be_read = [row for row in _sealed(window) if row.wish == "release" and row.question != SCALES]
        if let_be_read:
            _release(window, let_be_read, asked, people=0)
        window.state = "closed"
        db.session.flush()

    return let_go


def _release(window: FormWindow, rows: list[SealedAnswer], asked: Round, *, people: int) -> None:
    batch = _pass_on(window, rows, people=people)
    window.state = "closed"
    db.session.flush()
    emit(FollowUpReleased(gathering_id=window.gathering_id, batch_id=batch.id, days=asked.days))


def _pass_on(window: FormWindow, rows: list[SealedAnswer], *, people: int) -> Batch:
    """Out of the seal in an order that nobody can know afterwards, and the sealed rows are gone."""
    last = db.session.scalar(select(func.max(Batch.number)).where(Batch.window_id == window.id)) or 0
    batch = Batch(id=new_id(), window_id=window.id, number=last + 1, answered=people, released_at=clock.now())
    db.session.add(batch)
    db.session.flush()
    rows = [row for row in rows if not _is_kept_back(window, row)]
    fresh = shuffled(_enough_practised([each for row in rows for each in _copies(batch.id, row)]))
    for row in rows:
        db.session.delete(row)
    db.session.flush()
    db.session.add_all(fresh)
    db.session.flush()
    return batch


def _is_kept_back(window: FormWindow, row: SealedAnswer) -> bool:
    """Whether the care contact withholds these words: they stay sealed, and their author sees it on their own page."""
    return row.question != SCALES and is_withheld(window.gathering_id, row.question, opened(row)["text"])


def _enough_practised(rows: list[GroupAnswer | GroupText]) -> list[GroupAnswer | GroupText]:
    """Of what was said about practices only what five said of the same: who chose which is known, so fewer could be found."""
    said = Counter(row.question for row in rows if isinstance(row, GroupAnswer))
    few = {key for key, count in said.items() if count < ENOUGH and (key == ASKED or is_about_practice(key))}
    return [row for row in rows if row.question not in few]


def _copies(batch_id: int, row: SealedAnswer) -> list[GroupAnswer | GroupText]:
    inside = opened(row)
    if row.question == SCALES:
        return [
            GroupAnswer(id=new_id(), batch_id=batch_id, question=question, value=value)
            for question, value in inside.items()
        ]
    text = GroupText(id=new_id(), batch_id=batch_id, question=row.question,
                     locator=lies_released_at(inside, row))  # fmt: skip
    text.text = inside["text"]
    return [text]


def _sealed(window: FormWindow) -> list[SealedAnswer]:
    return list(db.session.scalars(select(SealedAnswer).where(SealedAnswer.window_id == window.id)))


HAPPENS: dict[str, Happening] = {
    timeline.CHECK_IN_OPENS.name: _open_check_in,
    timeline.CHECK_IN_CLOSES.name: _close_check_in,
} | {
    timeline.FOLLOW_UPS[asked.days, what].name: how(asked)
    for asked in FOLLOW_UPS.values()
    for what, how in {
        "opens": _open_follow_up,
        "reminder": _remind,
        "closes": _close_follow_up,
        "held": _let_go,
    }.items()
}
"""By step of the timeline."""
