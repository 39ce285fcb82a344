"""A house that is killed: web and worker as real processes, Stripe and the mail server here, a fresh database a life."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from retreats import clock, create_app, reactions
from retreats.db import db
from retreats.demo.stripe.desk import Settings
from retreats.demo.stripe.server import StandIn
from retreats.outbox.models import Delivery
from tests.conftest import settings
from tests.kill import world
from tests.kill.parts import HOUSE_TIME, REAL_TIME, Part, Role, ahead, move_ahead, wait_until
from tests.oracle import World, violations
from tests.postgres import Postgres
from tests.smtp_server import PostOffice
from tests.stripe_standin import SECRET, Stripe

READY_WITHIN = 30.0
"""Seconds (I10)."""
LATER = timedelta(minutes=8)
"""After this, leases are over and what waits some minutes is due."""


@dataclass(frozen=True)
class Kill:
    """Who dies on which journey, where, and at the how-manieth passing of that point."""

    journey: str
    role: Role
    point: str
    nth: int

    @property
    def spelled(self) -> str:
        return f"{self.nth}:{self.point}"

    def __str__(self) -> str:
        return f"{self.journey}, {self.role} {self.spelled}"


@dataclass
class Died:
    """That a process ended by kill -9, and how long it took until the house was ready again."""

    role: Role
    seconds: float


class Town:
    """What outlives every house: Stripe, the mail server, and the database to copy."""

    def __init__(self, store: str, folder: Path) -> None:
        self.store, self.folder = store, folder
        self.post_office = PostOffice()
        standin = StandIn(folder / "stripe.sqlite", Settings(webhook_secrets=(SECRET,), first_retry=0.1))
        standin.start()
        self.standin, self.stripe = standin, Stripe(standin)
        self.port = free_port()
        self._postgres = Postgres.in_new_folder().start() if store == "postgres" else None
        self._lives = 0
        self._build()

    def close(self) -> None:
        self.stripe.close()
        self.standin.stop()
        self.post_office.close()
        if self._postgres is not None:
            self._postgres.stop()

    @contextmanager
    def life(self, kill: Kill | None = None, *, trace: Path | None = None) -> Iterator[Life]:
        """A house in its first minute, to be killed once."""
        self._lives += 1
        folder = self.folder / f"life-{self._lives}"
        folder.mkdir()
        url = self._copy(folder)
        self.post_office.empty()
        self.stripe.reset()
        life = Life(self, url, folder, kill, trace)
        try:
            yield life
        finally:
            life.close()
            if self._postgres is not None:
                self._postgres.drop(url)
            if not os.environ.get("KEEP_LIVES"):
                shutil.rmtree(folder)

    def settings(self, url: str, folder: Path) -> dict[str, str]:
        """Those of a real house, on loopback."""
        real = settings(url, folder, MAIL_SERVER="127.0.0.1", MAIL_PORT=str(self.post_office.port), LOG_LEVEL="WARNING",
                        SITE_URL=f"http://127.0.0.1:{self.port}", PORT=str(self.port), **self.stripe.settings)  # fmt: skip
        return {name: str(value) for name, value in real.items() if name != "TESTING"}

    def _build(self) -> None:
        if self._postgres is not None:
            self._postgres.template("world", lambda url: self._fill(url, self.folder / "template"))
        else:
            self._fill(f"sqlite:///{self.folder / 'world.db'}", self.folder / "template")

    def _fill(self, url: str, folder: Path) -> None:
        app = create_app(**self.settings(url, folder))
        world.build(app)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()

    def _copy(self, folder: Path) -> str:
        if self._postgres is not None:
            return self._postgres.new_database("world")
        shutil.copy(self.folder / "world.db", folder / "house.db")
        return f"sqlite:///{folder / 'house.db'}"


@dataclass
class Life:
    """One house from its first minute to its last, with at most one death by kill -9 in between."""

    town: Town
    url: str
    folder: Path
    kill: Kill | None
    trace: Path | None
    deaths: list[Died] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """What was not as it should be, on the way."""

    def __post_init__(self) -> None:
        self._settings = self.town.settings(self.url, self.folder)
        self._parts: dict[Role, Part] = {}
        self.app: Flask = create_app(**self._settings)
        self._start("web")
        self._start("worker")
        if not wait_until(self.answers, seconds=READY_WITHIN):
            raise RuntimeError(self.last_words())
        self.town.stripe.deliver_to(f"http://127.0.0.1:{self.town.port}/webhooks/stripe")

    def close(self) -> None:
        self.town.stripe.order("delivery", url="")
        for part in self._parts.values():
            part.kill()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def last_words(self) -> str:
        """The ends of the logs."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"{log.name}: {log.read_text(encoding='utf-8')[-1500:]}" for log in logs)

    # --- its processes

    def _start(self, role: Role) -> None:
        more = {}
        if self.kill is not None and self.kill.role == role and not self.deaths:
            more["KILL_AT"] = self.kill.spelled
        if self.trace is not None:
            more["KILL_TRACE"] = f"{self.trace}.{role}"
        self._parts[role] = Part(role, self._settings | more)

    def revive(self) -> bool:
        """Start again what has died; whether something had. Minutes pass meanwhile."""
        dead = [role for role, part in self._parts.items() if part.exit_code is not None]
        for role in dead:
            began, code = time.monotonic(), self._parts[role].exit_code
            if code != -9 or self.deaths:
                raise RuntimeError(f"the {role} ended by itself with {code}: {self.last_words()}")
            self.deaths.append(Died(role, 0))
            self._start(role)
            if not wait_until(self.answers, seconds=READY_WITHIN):
                raise RuntimeError(f"{role} not ready within {READY_WITHIN:.0f} s. {self.last_words()}")
            self.deaths[-1].seconds = time.monotonic() - began
            self.grow_older()
        return bool(dead)

    def grow_older(self) -> None:
        """Minutes pass in the world, and in the house: leases are over, and what waits some minutes is due."""
        move_ahead(self.folder / REAL_TIME, LATER)
        self.sweep()

    def answers(self) -> bool:
        """Whether the web process is there for people."""
        with socket.socket() as asking:
            return asking.connect_ex(("127.0.0.1", self.town.port)) == 0

    # --- its time and its tables

    def sweep(self) -> None:
        """A minute is over: the clock of the worker looks for what is due."""
        with self.app.app_context():
            self.app.extensions["sweep"]()

    def move_clock(self, by: timedelta) -> None:
        """The house's time goes on, and the worker has not noticed yet."""
        move_ahead(self.folder / HOUSE_TIME, by)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """The database as it stands."""
        with self.app.app_context(), Session(db.engine) as session:
            yield session

    def until(self, is_so: Callable[[Session], bool], what: str) -> None:
        """Wait for it, reviving what dies; a minute passes whenever nothing happens."""

        def looks_so() -> bool:
            nonlocal swept
            if self.revive() or time.monotonic() - swept > 1:
                swept = time.monotonic()
                self.sweep()
            with self.reading() as session:
                return is_so(session)

        swept = time.monotonic()
        if not wait_until(looks_so, seconds=READY_WITHIN, pause=0.02):
            raise TimeoutError(f"{what}: not within {READY_WITHIN:.0f} s. {self.unsettled()} {self.last_words()}")

    def settle(self) -> None:
        """Wait until Stripe has told everything and nothing is due; in this order, for what it tells becomes due."""
        self.until(lambda session: not self._notices() and not self._busy(session), "settled")

    def _busy(self, session: Session) -> int:
        return session.scalar(select(func.count()).select_from(Delivery).where(self._is_unsettled())) or 0

    def now(self) -> datetime:
        """The world's time, as this house knows it."""
        return clock.real_now() + ahead(self.folder / REAL_TIME)

    def _is_unsettled(self) -> ColumnElement[bool]:
        now = self.now()
        waiting = and_(Delivery.done_at.is_(None), Delivery.rests_at.is_(None))
        return and_(waiting, or_(Delivery.attempts > 0, Delivery.due_at <= now))

    def _notices(self) -> int:
        return len(self.town.standin.desk.ledger.deliveries(state="waiting"))

    def unsettled(self) -> list[str]:
        with self.reading() as session:
            rows = session.scalars(select(Delivery).where(self._is_unsettled()))
            return [f"{row.reaction} tried {row.attempts}: {row.last_error}" for row in rows]

    def violations(self, seed: int) -> list[str]:
        """What the oracle says of it now."""
        follows = {kind.__name__: {each.key for each in listed} for kind, listed in reactions.REACTIONS.items()}
        with self.reading() as session:
            found = violations(
                World(
                    session=session,
                    account=self.town.stripe.ledger(),
                    mails=[letter.raw for letter in self.town.post_office.letters],
                    reactions=follows,
                    now=self.now(),
                    deaths=len(self.deaths),
                    seed=seed,
                )
            )
        return self.wrong + found


def free_port() -> int:
    """A port of loopback that is free now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
