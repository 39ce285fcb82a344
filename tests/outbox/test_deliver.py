"""What follows from an event follows at least once, in order, and never blocks what belongs to somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from retreats import clock, outbox, reactions
from retreats import events as e
from retreats.db import db, writing
from retreats.outbox import deliver
from retreats.outbox.deliver import LAST_ATTEMPT, LEASE, run_due
from retreats.outbox.models import Delivery, Event
from retreats.outbox.reaction import Reaction, inside, outside

pytestmark = pytest.mark.each_store

seen: list[Any] = []


def note(event: e.RegistrationHeld) -> None:
    """A reaction that works."""
    seen.append(event.registration_id)


def stumble(event: e.RegistrationHeld) -> None:
    """A reaction that does not."""
    seen.append(event.registration_id)
    message = "no"
    raise RuntimeError(message)


@pytest.fixture
def follow(app: Flask) -> Iterator[Any]:
    """Say what follows from RegistrationHeld in this test."""
    del app
    seen.clear()

    def say(*listed: Reaction) -> None:
        outbox.connect({**reactions.REACTIONS, e.RegistrationHeld: listed})

    yield say
    outbox.connect(reactions.REACTIONS)


def happened(number: int) -> None:
    """It happened."""
    with writing():
        outbox.emit(e.RegistrationHeld(registration_id=number, gathering_id=1))


def later(by: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    """Real time goes on."""
    now = clock.real_now() + by
    monkeypatch.setattr(clock, "real_now", lambda: now)


def test_an_event_takes_effect_once(follow: Any) -> None:
    follow(inside(note))
    happened(7)

    run_due("house")
    run_due("house")

    assert seen == [7]
    assert db.session.query(Event).one().payload == {"registration_id": 7, "gathering_id": 1}


def test_what_was_rolled_back_never_happened(follow: Any) -> None:
    follow(inside(note))

    def and_then_something_breaks() -> None:
        with writing():
            outbox.emit(e.RegistrationHeld(registration_id=7, gathering_id=1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        and_then_something_breaks()
    run_due("house")

    assert (seen, db.session.query(Event).count()) == ([], 0)


def test_a_failure_is_due_again_later_and_later_and_rests_in_the_end(
    follow: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(inside(stumble, name="stumble"))
    happened(7)

    for _attempt in range(LAST_ATTEMPT + 3):
        run_due("house")
        later(timedelta(hours=7), monkeypatch)

    delivery = db.session.query(Delivery).one()
    assert (len(seen), delivery.attempts) == (LAST_ATTEMPT, LAST_ATTEMPT)
    assert delivery.rests_at is not None
    assert delivery.last_error == "RuntimeError"


def test_a_poisoned_delivery_stops_nobody_else(follow: Any) -> None:
    follow(inside(stumble, name="stumble"), inside(note, name="note"))
    happened(1)
    happened(2)

    run_due("house")

    assert sorted(seen) == [1, 1, 2, 2]


def test_one_lane_keeps_its_order_while_another_goes_on(follow: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def first_fails(event: e.RegistrationHeld) -> None:
        seen.append(event.registration_id)
        if seen == [1]:
            raise RuntimeError

    lane = lambda event: "ada" if event.registration_id < 3 else "bo"  # noqa: E731
    follow(outside(first_fails, "letters", lane=lane, name="letter"))
    for number in (1, 2, 3):
        happened(number)

    run_due("letters")
    later(timedelta(minutes=1), monkeypatch)
    run_due("letters")

    assert seen == [1, 3, 1, 2]


def test_a_killed_worker_leaves_its_delivery_due_after_the_lease(follow: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    follow(inside(note))
    happened(7)
    assert deliver._claim("house") is not None  # and then the worker dies

    run_due("house")
    before = list(seen)
    later(LEASE + timedelta(seconds=1), monkeypatch)
    run_due("house")

    assert (before, seen) == ([], [7])


def test_a_worker_that_wakes_up_late_changes_nothing(follow: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    follow(inside(note))
    happened(7)
    frozen = deliver._claim("house")
    assert frozen is not None
    later(LEASE + timedelta(seconds=1), monkeypatch)
    run_due("house")

    deliver.run(frozen)

    assert seen == [7]


def test_money_does_not_wait_for_a_letter(follow: Any) -> None:
    follow(outside(stumble, "letters", name="letter"), outside(note, "money", name="money"))
    happened(7)

    run_due("money")

    assert seen == [7]


@pytest.mark.parametrize("writing_twice", [True, False])
def test_writing_begins_alone(app: Flask, *, writing_twice: bool) -> None:
    del app
    if writing_twice:
        with pytest.raises(Exception, match="of its own"), writing(), writing():
            pass
    else:
        db.session.add(Event(name="x", payload={}, happened_at=clock.now()))
        with pytest.raises(Exception, match="of its own"), writing():
            pass
        db.session.rollback()
