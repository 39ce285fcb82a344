"""The worker: huey carries nudges and the clock, the outbox holds the facts.

A nudge after each commit makes consequences follow at once; a sweep every minute and one at start bring whatever was
lost. huey may lose a task when its worker is killed, so nothing lives only there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, current_app
from huey import Huey, RedisHuey, SqliteHuey, crontab
from sqlalchemy import event
from sqlalchemy.orm import Session

from retreats import clock, faults
from retreats.config import REDIS_PATIENCE
from retreats.db import let_go, writing
from retreats.outbox import stillness
from retreats.outbox.deliver import run_due
from retreats.outbox.reaction import Errand

log = structlog.get_logger()
ERRANDS: tuple[Errand, ...] = ("house", "money", "letters")
PULSE = 5.0
"""Seconds between two looks whether the queue is there."""
Tick = Callable[[datetime], None]
_ticks: list[Tick] = []
_busy = {errand: threading.Lock() for errand in ERRANDS}


def connect(ticks: Iterable[Tick]) -> None:
    """Take what the clock brings about (reactions.py): each is asked what is due now. Called once, by create_app."""
    _ticks[:] = ticks


def tick() -> None:
    """Let everything that is due now (house time) happen, each kind in a transaction of its own.

    In a house that stands still nothing falls due.
    """
    is_still = stillness.stands_still()
    let_go()
    for due in () if is_still else _ticks:
        with writing():
            due(clock.now())


def would_happen() -> None:
    """What the next tick would do, in the caller's transaction, which is to be given up: only to look at."""
    for due in _ticks:
        due(clock.now())


def run_everything() -> int:
    """Ticks and deliveries, in this process, until nothing more is due; how many deliveries were run."""
    count = 0
    while True:
        tick()
        ran = sum(run_due(errand) for errand in ERRANDS)
        count += ran
        if not ran:
            let_go()
            return count


def queue_at(url: str) -> Huey:
    """The queue that carries the nudges: a SQLite file of its own, Redis, or PostgreSQL."""
    scheme = urlsplit(url).scheme
    if scheme.startswith("redis"):
        from redis import ConnectionPool  # noqa: PLC0415  (as below)

        # Asked again and again instead of waited for, so that a silent Redis is cut off soon.
        return RedisHuey("retreats", blocking=False, connection_pool=ConnectionPool.from_url(url, **REDIS_PATIENCE))
    if scheme.startswith("postgres"):
        return _queue_in_postgres(url)
    path = Path(url.removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("retreats", filename=str(path), results=False)


def _queue_in_postgres(url: str) -> Huey:
    """Its tables are laid with the first connection: a process may begin while PostgreSQL is on its way back."""
    import psycopg  # noqa: PLC0415  (needed only where it is chosen)
    from huey import PostgresHuey  # noqa: PLC0415  (as above)

    is_laid = threading.Event()

    def connect() -> psycopg.Connection[Any]:
        found: psycopg.Connection[Any] = psycopg.connect(url, connect_timeout=2, autocommit=True)
        if not is_laid.is_set():
            for statement in queue.storage.ddl:
                found.execute(statement)
            is_laid.set()
        return found

    queue = PostgresHuey("retreats", connection=connect, create_tables=False)
    return queue


def init_app(app: Flask) -> None:
    """Give the application its queue, and nudge the worker after each commit that emitted something."""
    huey = queue_at(app.config["QUEUE_URL"])
    app.extensions["huey"] = huey

    @huey.task(name="drain")  # type: ignore[untyped-decorator]  # huey has no types
    def drain(errand: Errand) -> None:
        with app.app_context():
            _drain(errand)

    @huey.periodic_task(crontab(minute="*"), name="sweep")  # type: ignore[untyped-decorator]
    def sweep() -> None:
        with app.app_context():
            _sweep()

    app.extensions["drain"] = drain
    app.extensions["sweep"] = sweep
    app.extensions["go_on_alone"] = partial(_go_on_alone, app)


def _drain(errand: Errand) -> None:
    """Run what is due on this errand, unless another thread of this process is at it already."""
    if not _busy[errand].acquire(blocking=False):
        return
    try:
        run_due(errand)
        let_go()
    finally:
        _busy[errand].release()


def _sweep() -> None:
    tick()
    _tell(ERRANDS)
    let_go()


def _tell(errands: Iterable[Errand]) -> None:
    """Nudge whoever works. A nudge that is lost costs time only: the next sweep, or `_go_on_alone`, finds what is due."""
    for errand in errands:
        try:
            current_app.extensions["drain"](errand)
        except Exception:
            log.warning("nudge lost", errand=errand, exc_info=True)


def _go_on_alone(app: Flask, stop: threading.Event) -> None:
    """While the queue does not answer, do by ourselves what its nudges would have us do. Runs until told to stop."""
    works = (tick, *(partial(_drain, errand) for errand in ERRANDS))
    hands: dict[int, threading.Thread] = {}
    while not stop.wait(PULSE):
        if _answers(app.extensions["huey"]):
            continue
        log.warning("the queue does not answer: going on without it")
        for number, work in enumerate(works):
            if number not in hands or not hands[number].is_alive():  # whatever hangs is not begun a second time
                hands[number] = threading.Thread(target=_in_context, args=(app, work), daemon=True)
                hands[number].start()


def _answers(huey: Huey) -> bool:
    try:
        huey.pending_count()
    except Exception:  # noqa: BLE001  (whatever the reason: it is not there)
        return False
    return True


def _in_context(app: Flask, work: Callable[[], None]) -> None:
    """Whatever fails is tried again at the next pulse, and said now."""
    with app.app_context():
        try:
            work()
        except Exception as error:  # noqa: BLE001  (as above)
            log.warning("could not go on", error=type(error).__name__)


@event.listens_for(Session, "after_commit")
def _nudge(session: Session) -> None:
    errands = session.info.pop("errands", None)
    if not errands or not current_app or current_app.config["TESTING"]:
        return
    faults.point("before nudge")
    _tell(sorted(errands))
