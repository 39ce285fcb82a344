"""Two hosts with a web and a worker each, on one PostgreSQL that carries the nudges too, or on one Redis beside it; Stripe and
the mail server are here.
"""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, get_args

from sqlalchemy import and_, func, or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from retreats import clock, create_app, reactions
from retreats.db import db
from retreats.demo.stripe.desk import Settings
from retreats.demo.stripe.server import StandIn
from retreats.outbox.models import Delivery
from tests.conftest import settings
from tests.drill import world
from tests.drill.redis_server import Redis
from tests.kill.house import free_port
from tests.kill.parts import REAL_TIME, Part, Role, ahead, move_ahead, wait_until
from tests.oracle import World, violations
from tests.postgres import Postgres
from tests.smtp_server import PostOffice
from tests.stripe_standin import SECRET, Stripe

LATER = timedelta(minutes=8)
"""After this, leases are over and what waits some minutes is due."""
Name = tuple[str, Role]
Queue = Literal["redis", "postgres"]


class Site:
    """What is drilled. `start` opens it; every part of it can be killed and comes back."""

    def __init__(self, folder: Path, *, queue: Queue = "redis") -> None:
        self.folder, self.queue = folder, queue
        self.redis = Redis(folder) if queue == "redis" else None
        if self.redis is not None:
            self.redis.start()
        self.postgres = Postgres.in_new_folder(durable=True).start()
        self.post_office = PostOffice()
        self.standin = StandIn(folder / "stripe.sqlite", Settings(webhook_secrets=(SECRET,), first_retry=0.1))
        self.standin.start()
        self.stripe = Stripe(self.standin)
        self.ports = {"a": free_port(), "b": free_port()}
        self._url = self.postgres.new_database()
        self._parts: dict[Name, Part] = {}
        self.app = create_app(**self._settings("a"))
        world.build(self.app)

    def _settings(self, host: str) -> dict[str, str]:
        """Those of a real house behind one proxy; each host has a folder of its own."""
        port = str(self.ports[host])
        real = settings(self._url, self.folder / host, MAIL_SERVER="127.0.0.1", MAIL_PORT=str(self.post_office.port),
                        LOG_LEVEL="WARNING", SITE_URL=f"http://127.0.0.1:{self.ports['a']}", PORT=port, PROXY_HOPS="1",
                        **self._nudges(), **self.stripe.settings)  # fmt: skip
        return {name: str(value) for name, value in real.items() if name != "TESTING"}

    def _nudges(self) -> dict[str, str]:
        """Through Redis, which counts limits too; or through the database, and each web counts for itself."""
        if self.redis is not None:
            return {"REDIS_URL": self.redis.url}
        return {"QUEUE_URL": self._url.replace("+psycopg", "")}

    def start(self) -> None:
        for name in self.names():
            self._start(name)
        if not wait_until(lambda: all(self.answers(host) for host in self.ports), seconds=60):
            raise RuntimeError(self.last_words())
        self.stripe.deliver_to(f"http://127.0.0.1:{self.ports['a']}/webhooks/stripe")

    def names(self) -> list[Name]:
        return [(host, role) for host in self.ports for role in get_args(Role)]

    def _start(self, name: Name) -> None:
        host, role = name
        (self.folder / host).mkdir(exist_ok=True)
        self._parts[name] = Part(role, self._settings(host))

    def kill(self, name: Name) -> None:
        """kill -9, and what looks after processes starts it again at once."""
        self._parts[name].kill()
        self._start(name)

    def ended_by_themselves(self) -> list[str]:
        """Processes that did not survive what was done to others."""
        return [f"{role} of host {host} ended with {part.exit_code}"
                for (host, role), part in self._parts.items() if part.exit_code is not None]  # fmt: skip

    def answers(self, host: str) -> bool:
        import http.client

        connection = http.client.HTTPConnection("127.0.0.1", self.ports[host], timeout=5)
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        return False

    def close(self) -> None:
        with suppress(Exception):
            self.stripe.order("delivery", url="")
        for part in self._parts.values():
            part.kill()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        self.stripe.close()
        self.standin.stop()
        self.post_office.close()
        if self.redis is not None:
            self.redis.stop()
        self.postgres.stop()

    def last_words(self) -> str:
        logs = sorted(self.folder.glob("*/*.log"))
        return "\n".join(f"{log.relative_to(self.folder)}: {log.read_text(encoding='utf-8')[-1200:]}" for log in logs)

    # --- its time and its tables

    def now(self) -> datetime:
        return clock.real_now() + ahead(self.folder / "a" / REAL_TIME)

    def grow_older(self) -> None:
        """Minutes pass on both hosts: leases are over."""
        for host in self.ports:
            move_ahead(self.folder / host / REAL_TIME, LATER)

    def settle(self, *, seconds: float) -> bool:
        """Whether nothing is due any more, after minutes have passed twice; the clock of the workers is hurried."""
        swept = time.monotonic()
        self.grow_older()

        def is_done() -> bool:
            nonlocal swept
            if time.monotonic() - swept > 2:
                swept = time.monotonic()
                with self.app.app_context(), suppress(Exception):
                    self.app.extensions["sweep"]()
            return not self._due() and not self.standin.desk.ledger.deliveries(state="waiting")

        def both() -> bool:
            return wait_until(is_done, seconds=seconds, pause=0.2)

        first = both()
        self.grow_older()
        swept = 0.0
        return first and both()

    def _due(self) -> int:
        waiting = and_(Delivery.done_at.is_(None), Delivery.rests_at.is_(None))
        unsettled = and_(waiting, or_(Delivery.attempts > 0, Delivery.due_at <= self.now()))
        with self.app.app_context(), Session(db.engine) as session:
            try:
                return session.scalar(select(func.count()).select_from(Delivery).where(unsettled)) or 0
            except OperationalError:
                return 1

    def violations(self, *, deaths: int, seed: int) -> list[str]:
        """What the oracle says now."""
        follows = {kind.__name__: {each.key for each in listed} for kind, listed in reactions.REACTIONS.items()}
        with self.app.app_context(), Session(db.engine) as session:
            return violations(World(session=session, account=self.stripe.ledger(),
                                    mails=[letter.raw for letter in self.post_office.letters], reactions=follows,
                                    now=self.now(), deaths=deaths, seed=seed))  # fmt: skip
