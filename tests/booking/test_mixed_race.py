"""Many processes book, give back, pay, and let holds lapse at once: the counters and the rows agree at the end."""

from __future__ import annotations

import multiprocessing
import random
from collections import Counter
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from retreats import clock
from retreats.booking import service
from retreats.booking.models import Place, Registration
from retreats.catalogue.models import Gathering, TicketType
from retreats.catalogue.service import GatheringFull, NotOpen
from retreats.db import db, let_go, new_id, writing
from tests import oracle
from tests.house import a_gathering, both

pytestmark = pytest.mark.each_store

PROCESSES, STEPS = 4, 50
fork = multiprocessing.get_context("fork")


def three_kinds_of_places() -> Gathering:
    """Nine places: at most six that cost, five that cost less, four that cost nothing."""
    gathering = a_gathering(places=9, price=1_000)
    with writing() as session:
        session.get_one(TicketType, gathering.ticket_types[0].id).capacity = 6
        for price, capacity in ((500, 5), (0, 4)):
            session.add(TicketType(id=new_id(), gathering_id=gathering.id, name=both("Another"), price_minor=price,
                                   capacity=capacity, position=capacity))  # fmt: skip
    return gathering


def book(gathering_id: int, chance: random.Random) -> str:
    """A party of one to three wants one kind of place."""
    tickets = db.session.scalars(select(TicketType.id).where(TicketType.gathering_id == gathering_id)).all()
    let_go()
    who = [service.Attendee(name="X", email=f"{new_id():x}@example.org") for _ in range(chance.randint(1, 3))]
    party = service.Party(form_key=f"{new_id():x}", booker=service.Contact(name="X", email=str(who[0].email)),
                          attendees=who, language="en")  # fmt: skip
    try:
        with writing():
            service.register(gathering_id, chance.choice(tickets), party)
    except (GatheringFull, NotOpen):
        return "full"
    return "booked"


def change(gathering_id: int, chance: random.Random) -> str:
    """Something happens to somebody's booking: some of its places are given back, it is paid, or its time is over."""
    of = Registration.gathering_id == gathering_id
    found = db.session.scalars(select(Registration.id).where(of, Registration.state.in_(("held", "confirmed")))).all()
    let_go()
    if not found:
        return "nobody"
    registration_id, what = chance.choice(found), chance.choice(("give back", "pay", "be late"))
    if what == "give back":
        return give_back(registration_id, chance)
    with writing() as session:
        if what == "pay":
            service.confirm(registration_id)
        else:
            late = session.get_one(Registration, registration_id, with_for_update=True)
            if late.state == "held":
                late.hold_until = clock.now() - timedelta(seconds=1)
    return what


def give_back(registration_id: int, chance: random.Random) -> str:
    taken = Place.state.in_(("held", "confirmed"))
    places = db.session.scalars(select(Place.id).where(Place.registration_id == registration_id, taken)).all()
    let_go()
    try:
        with writing():
            service.cancel_places(registration_id, set(chance.sample(places, chance.randint(1, len(places) or 1))))
    except (service.AlreadyCancelled, ValueError):  # ValueError: nothing was left to choose from
        return "too late"
    return "given back"


def run(app: Flask, gathering_id: int, seed: int, line: Barrier, answers: Any) -> None:
    """One process."""
    chance, done = random.Random(seed), Counter[str]()
    with app.app_context():
        line.wait(timeout=30)
        for _step in range(STEPS):
            done[chance.choice((book, book, change))(gathering_id, chance)] += 1
        db.session.remove()
        db.engine.dispose()
    answers.put(done)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_happens_at_once_no_place_is_sold_twice_and_none_is_lost(app: Flask, seed: int) -> None:
    gathering_id = three_kinds_of_places().id
    db.session.remove()
    db.engine.dispose()
    line, answers = fork.Barrier(PROCESSES), fork.Queue()
    racers = [
        fork.Process(target=run, args=(app, gathering_id, seed * 100 + number, line, answers))
        for number in range(PROCESSES)
    ]
    for racer in racers:
        racer.start()
    done: Counter[str] = sum((answers.get(timeout=90) for _racer in racers), Counter())
    for racer in racers:
        racer.join(timeout=10)

    world = oracle.World(db.session(), {}, [], {}, clock.real_now())
    assert list(oracle.places(world)) == []
    assert min(done[each] for each in ("booked", "given back", "pay", "be late")) > 0, done
