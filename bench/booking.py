"""A complete free booking, and a rush for the last places."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from bench import world
from bench.processes import House, cpu_seconds
from retreats.db import db
from retreats.outbox.deliver import run_due
from retreats.outbox.worker import ERRANDS
from tests.visitor import HIDDEN, Visitor

_numbers = count(1)


def book(visitor: Visitor, slug: str, number: int) -> int:
    """Page, form, post, confirmation; the status of the last answer."""
    visitor.get(f"/gatherings/{slug}/")
    form = visitor.get(f"/gatherings/{slug}/register").hidden
    mine = {"terms": "1", "name-0": f"Ada {number}", "email-0": f"ada{number}@example.org"}
    answer = visitor.post(f"/gatherings/{slug}/register", form | mine)
    return visitor.get(answer.location).status if answer.status == 303 else answer.status


@dataclass
class Load:
    """What so many people at once got."""

    people: int
    seconds: list[float] = field(default_factory=list)
    """One complete booking each."""
    wall: float = 0.0
    web: float = 0.0
    worker: float = 0.0
    postgres: float = 0.0
    drained: float = 0.0
    """Seconds after the last answer until every letter was out."""

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.wall

    def each(self, seconds: float) -> float:
        """Milliseconds for one booking."""
        return seconds / len(self.seconds) * 1000


def load(house: House, app: Flask, *, people: int, journeys: int) -> Load:
    """So many people who book one after the other, all at once, and what that cost."""
    result, lock = Load(people), threading.Lock()

    def somebody() -> None:
        for _ in range(journeys // people):
            number = next(_numbers)
            visitor, began = house.visitor(number), time.perf_counter()
            status = book(visitor, "booked", number)
            took = time.perf_counter() - began
            visitor.close()
            assert status == 200, f"a booking was answered with {status}"
            with lock:
                result.seconds.append(took)

    assert house.web is not None
    assert house.worker is not None
    with _cost(house, result):
        began = time.perf_counter()
        at_once(people, lambda _number: somebody())
        result.wall = time.perf_counter() - began
        while world.undone(app):
            time.sleep(0.02)
        result.drained = time.perf_counter() - began - result.wall
    return result


@contextmanager
def _cost(house: House, result: Load) -> Iterator[None]:
    assert house.web is not None
    assert house.worker is not None
    postmaster = int((house.postgres.cluster / "postmaster.pid").read_text(encoding="ascii").split()[0])
    pids = {"web": house.web.pid, "worker": house.worker.pid, "postgres": postmaster}
    before = {name: cpu_seconds(pid) for name, pid in pids.items()}
    yield
    for name, pid in pids.items():
        setattr(result, name, cpu_seconds(pid) - before[name])


def at_once(people: int, do: Callable[[int], None]) -> None:
    """Let so many threads begin at one instant. Raises what one of them raised."""
    line, raised = threading.Barrier(people), []

    def begin(number: int) -> None:
        try:
            line.wait()
            do(number)
        except BaseException as error:  # noqa: BLE001  (it is raised again below, in the thread that asked)
            raised.append(error)

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


@dataclass
class Rush:
    """300 people for 24 places."""

    seconds: float
    """Until everyone had an answer."""
    answers: dict[int, int]
    sold: tuple[int, int] = (0, 0)


def rush(house: House, app: Flask, slug: str, *, people: int) -> Rush:
    """Everybody opens the form, and then all send it at one instant."""
    statuses, took, line = [0] * people, [0.0] * people, threading.Barrier(people)

    def somebody(number: int) -> None:
        mine = next(_numbers)
        visitor = house.visitor(mine)
        form = visitor.get(f"/gatherings/{slug}/register").hidden
        line.wait()
        began = time.perf_counter()
        typed = {"terms": "1", "name-0": f"Bo {mine}", "email-0": f"bo{mine}@example.org"}
        statuses[number] = visitor.post(f"/gatherings/{slug}/register", form | typed).status
        took[number] = time.perf_counter() - began
        visitor.close()

    at_once(people, somebody)
    answers = {status: statuses.count(status) for status in sorted(set(statuses))}
    return Rush(max(took), answers, world.sold(app, slug))


@dataclass
class Counted:
    """What one step asks of the database."""

    step: str
    statements: int
    transactions: int


def counted(app: Flask) -> list[Counted]:
    """One booking in this process, on the same database: statements and transactions of each step, once it is warm."""
    asked: list[str] = []
    begun: list[int] = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda _connection, _cursor, said, *_rest: asked.append(said))
    event.listen(engine, "begin", lambda _connection: begun.append(1))
    client = app.test_client()
    for _ in range(3):
        found: list[Counted] = []
        for step in _steps(app, client):
            asked.clear()
            begun.clear()
            name = step()
            found.append(Counted(name, len(asked), len(begun)))
    return found


def _steps(app: Flask, client: FlaskClient) -> Iterator[Callable[[], str]]:
    number, kept = next(_numbers), dict[str, Any]()

    def form() -> str:
        kept["form"] = dict(HIDDEN.findall(client.get("/gatherings/booked/register").text))
        return "form"

    def post() -> str:
        mine = {"terms": "1", "name-0": "Cy", "email-0": f"cy{number}@example.org"}
        kept["next"] = client.post("/gatherings/booked/register", data=kept["form"] | mine).location
        return "post"

    def consequences() -> str:
        with app.app_context():
            for errand in ERRANDS:
                run_due(errand)
            db.session.remove()
        return "consequences (worker: two letters)"

    yield lambda: client.get("/gatherings/booked/") and "page"
    yield form
    yield post
    yield lambda: client.get(kept["next"]) and "confirmation"
    yield consequences


def median(numbers: list[float]) -> str:
    """The median, and the range in brackets."""
    return f"{statistics.median(numbers):.3g} ({min(numbers):.3g}–{max(numbers):.3g})"
