"""Web and worker as processes of their own, which begin in milliseconds because the house is loaded once and forked."""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Literal

from flask.cli import ScriptInfo
from werkzeug.serving import make_server

from retreats import clock, create_app, faults
from retreats.payments.routes import pay as _routes  # noqa: F401  (loaded here, so that no part has to)

forkserver = multiprocessing.get_context("forkserver")
forkserver.set_forkserver_preload(["__main__", "tests.kill.parts", "stripe"])
Role = Literal["web", "worker"]


HOUSE_TIME, REAL_TIME = "house-time", "real-time"
"""Files in VAR_DIR: by how many seconds the house's clock is ahead of the world's, and the world's of ours."""


class Part:
    """A running web or worker."""

    def __init__(self, role: Role, settings: dict[str, str]) -> None:
        self.role = role
        self._process = forkserver.Process(target=_be, args=(role, settings), daemon=True)
        self._process.start()

    @property
    def exit_code(self) -> int | None:
        """None while it runs; -9 once it was killed."""
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()
        self._process.join()


def wait_until(is_so: Callable[[], bool], *, seconds: float, pause: float = 0.01) -> bool:
    """Whether it became so in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(pause)
    return False


def move_ahead(file: Path, by: timedelta) -> None:
    """Let that clock go on, for all processes at once."""
    fresh = file.with_suffix(".new")
    fresh.write_text(str((ahead(file) + by).total_seconds()), encoding="ascii")
    fresh.replace(file)


def ahead(file: Path) -> timedelta:
    """How far it has gone on."""
    return timedelta(seconds=float(file.read_text(encoding="ascii"))) if file.exists() else timedelta(0)


def _be(role: Role, settings: dict[str, str]) -> None:
    os.environ.update(settings)
    importlib.reload(faults)  # it reads KILL_AT when it is loaded
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    log = os.open(Path(settings["VAR_DIR"]) / f"{role}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    folder = Path(settings["VAR_DIR"])
    ours = clock.real_now
    clock.real_now = lambda: ours() + ahead(folder / REAL_TIME)
    app = create_app()
    clock.keep_offset_in(folder / HOUSE_TIME)
    if role == "web":
        make_server("127.0.0.1", int(settings["PORT"]), app, threaded=True).serve_forever(0.02)
    with app.app_context():
        app.cli.main(args=["worker"], standalone_mode=False, obj=ScriptInfo(create_app=lambda: app))
    sys.exit(0)
