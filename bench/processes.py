"""The processes that are measured: PostgreSQL, web, worker, mail server; and what they cost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.conftest import ROOT, settings
from tests.postgres import Postgres
from tests.visitor import Unanswered, Visitor

HERE = "127.0.0.1"
PYTHON = sys.executable


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind((HERE, 0))
        return int(asked.getsockname()[1])


class Running:
    """One process with its children."""

    def __init__(self, *command: str, env: dict[str, str], log: Path) -> None:
        with log.open("ab") as said:
            self._process = subprocess.Popen(
                [PYTHON, "-m", *command], env=env, cwd=ROOT, stdout=said, stderr=said, start_new_session=True
            )
        self.pid = self._process.pid

    def end(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGTERM)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()


def family(pid: int) -> list[psutil.Process]:
    """A process and everything below it."""
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def cpu_seconds(pid: int) -> float:
    """What a process, its children and those of its children that have ended have used so far."""
    total = 0.0
    for each in family(pid):
        with suppress(psutil.NoSuchProcess):
            used = each.cpu_times()
            total += used.user + used.system + used.children_user + used.children_system
    return total


@dataclass
class House:
    """A house in production's shape: PostgreSQL with durable commits, gunicorn with two workers, one worker."""

    postgres: Postgres
    url: str
    folder: Path
    port: int
    mail_port: int
    web: Running | None = None
    worker: Running | None = None

    @property
    def env(self) -> dict[str, str]:
        """The settings of a real house, on loopback; PROXY_HOPS lets each visitor have an address of their own."""
        given = settings(self.url, self.folder, MAIL_SERVER=HERE, MAIL_PORT=str(self.mail_port), LOG_LEVEL="WARNING",
                         SITE_URL=f"http://{HERE}:{self.port}", PROXY_HOPS="1", SQLITE_SYNCHRONOUS="FULL")  # fmt: skip
        real = {name: str(value) for name, value in given.items() if name != "TESTING"}
        return {key: value for key, value in os.environ.items() if key != "TESTING"} | real

    def start_web(self, app: str = "wsgi:app", *, path: str = "/health/live") -> float:
        """Seconds until the first answer."""
        began = time.monotonic()
        self.web = Running(
            *("gunicorn", app, "--worker-class", "gthread", "--workers", "2", "--threads", "4"),
            *("--bind", f"{HERE}:{self.port}", "--no-control-socket"),
            env=self.env,
            log=self.folder / "web.log",
        )
        while not self._answers(path):
            time.sleep(0.01)
        return time.monotonic() - began

    def start_worker(self) -> None:
        self.worker = Running("flask", "--app", "wsgi", "worker", env=self.env, log=self.folder / "worker.log")

    def end(self) -> None:
        for each in (self.web, self.worker):
            if each is not None:
                each.end()
        self.web = self.worker = None

    def visitor(self, number: int = 1) -> Visitor:
        """Somebody with an address of their own."""
        return Visitor(
            HERE, self.port, address=f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", timeout=60
        )

    def _answers(self, path: str) -> bool:
        visitor = Visitor(HERE, self.port, timeout=2)
        try:
            return visitor.get(path).status == 200
        except Unanswered:
            return False
        finally:
            visitor.close()


@contextmanager
def a_house(folder: Path) -> Iterator[House]:
    """Empty and not started; its PostgreSQL and its mail server run."""
    postgres = Postgres.in_new_folder(durable=True).start()
    port = free_port()
    mail = Running("aiosmtpd", "-n", "-l", f"{HERE}:{port}", "-c", "aiosmtpd.handlers.Sink", env=dict(os.environ),
                   log=folder / "mail.log")  # fmt: skip
    house = House(postgres, postgres.new_database(), folder, free_port(), port)
    try:
        yield house
    finally:
        house.end()
        mail.end()
        postgres.stop()
