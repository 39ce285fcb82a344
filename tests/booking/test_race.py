"""Many processes want the last places at one instant; and the control, in which they get too many."""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest
from flask import Flask

from retreats.booking import service
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.catalogue.service import GatheringFull, NotOpen
from retreats.db import db, let_go, writing
from tests.house import a_gathering

pytestmark = pytest.mark.each_store

PROCESSES = 4
fork = multiprocessing.get_context("fork")
Book = Callable[[int, int, int, str], bool]


def book(gathering_id: int, ticket_id: int, size: int, name: str) -> bool:
    """Book for a party, as the route does; whether it was answered with yes."""
    attendees = [service.Attendee(name=f"{name}-{n}", email=f"{name}-{n}@example.org") for n in range(size)]
    booker = service.Contact(name=attendees[0].name, email=f"{name}-0@example.org")
    party = service.Party(form_key=name, booker=booker, attendees=attendees, language="en")
    try:
        with writing():
            service.register(gathering_id, ticket_id, party)
    except (GatheringFull, NotOpen):
        return False
    return True


def count_and_then_book(gathering_id: int, ticket_id: int, size: int, name: str) -> bool:
    """The control: look whether there is room, then insert, with the guard taken out."""
    registering = sys.modules["retreats.booking.service.register"]
    vars(registering).update(take=lambda *_places, **_options: None, _refuse_unless_open=lambda _gathering: None)
    gathering = db.session.get_one(Gathering, gathering_id)
    taken = db.session.query(Place).filter_by(gathering_id=gathering_id).count()
    room = taken + size <= gathering.capacity
    let_go()
    time.sleep(0.02)  # the moment that lies between looking and inserting on a busy day
    return room and book(gathering_id, ticket_id, size, name)


def race(app: Flask, gathering: Gathering, how: Book, *, tries: int, party: int = 1) -> int:
    """Let four processes book `tries` times each for `party` people; how many were answered with yes."""
    gathering_id, ticket_id = gathering.id, gathering.ticket_types[0].id
    db.session.remove()
    db.engine.dispose()
    line, answers = fork.Barrier(PROCESSES), fork.Queue()
    racers = [
        fork.Process(target=run, args=(app, how, (gathering_id, ticket_id, party), tries, name, line, answers))
        for name in "abcd"[:PROCESSES]
    ]
    for racer in racers:
        racer.start()
    yes = sum(answers.get(timeout=60) for _racer in racers)
    for racer in racers:
        racer.join(timeout=10)
        assert racer.exitcode == 0
    return yes


def run(app: Flask, how: Book, what: tuple[int, int, int], tries: int, name: str, line: Barrier, answers: Any) -> None:
    """One process: wait for the others, then book."""
    with app.app_context():
        line.wait(timeout=30)
        answers.put(sum(how(*what, f"{name}{number}") for number in range(tries)))
        db.session.remove()
        db.engine.dispose()


def taken_places(gathering: Gathering) -> int:
    """The rows that count, whatever the counter says."""
    return db.session.query(Place).filter_by(gathering_id=gathering.id, state="confirmed").count()


@pytest.mark.slow
def test_the_database_decides_who_gets_the_last_places(app: Flask) -> None:
    gathering = a_gathering(places=5)

    yes = race(app, gathering, book, tries=12)

    assert (yes, taken_places(gathering), db.session.get_one(Gathering, gathering.id).taken) == (5, 5, 5)


@pytest.mark.slow
def test_parties_are_never_split_and_never_too_many(app: Flask) -> None:
    gathering = a_gathering(places=7)

    yes = race(app, gathering, book, tries=6, party=2)

    assert (yes, taken_places(gathering), db.session.get_one(Gathering, gathering.id).taken) == (3, 6, 6)


@pytest.mark.slow
def test_the_control_without_the_guard_sells_too_many(app: Flask) -> None:
    gathering = a_gathering(places=5)

    race(app, gathering, count_and_then_book, tries=12)

    assert taken_places(gathering) > 5
