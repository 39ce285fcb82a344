"""A process of the house, and the ports on which processes answer.

Loading the application takes longer than anything it does at the start. On Linux it is therefore loaded once, and every
part is a fork of that; elsewhere forking is not safe, and each part loads what it needs.
"""

from __future__ import annotations

import ctypes
import errno
import importlib
import os
import pkgutil
import runpy
import signal
import socket
import sys
import time
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

HERE = "127.0.0.1"
ROOT = Path(__file__).resolve().parent.parent
FORKS = sys.platform == "linux"
_context = get_context("fork") if FORKS else get_context("spawn")


class CannotRun(Exception):
    """Something stands in the way; the sentence says what, and what to do."""


class Part:
    """A Python module run as a process of its own, in a group of its own so that Ctrl-C reaches it only through us."""

    def __init__(self, name: str, command: list[str], settings: dict[str, str], *, ready_at: str = "") -> None:
        self.name, self.ready_at = name, ready_at
        self.log = Path(settings["VAR_DIR"]) / "log" / f"{name}.log"
        self._process = _context.Process(target=_become, args=(command, dict(settings), str(self.log)), name=name)
        self._process.start()

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.exitcode

    def wait(self) -> None:
        self._process.join()

    def last_words(self) -> str:
        """The end of its log, indented, and where the rest is."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:]
        return f"Its last words, in {self.log}:" + "".join(f"\n  {line}" for line in lines)

    def ask_to_end(self) -> None:
        self._process.terminate()

    def end(self, deadline: float) -> None:
        """Wait until it has ended; after the deadline it is ended, with whatever it started."""
        self._process.join(max(0.1, deadline - time.monotonic()))
        if self._process.pid is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.join()


def load_the_house() -> None:
    """Import every module of the application, where parts can be forks of this process."""
    sys.path.insert(0, str(ROOT))
    if FORKS:
        package = importlib.import_module("retreats")
        names = [module.name for module in pkgutil.walk_packages(package.__path__, "retreats.")]
        for name in (*names, "gunicorn.app.wsgiapp", "gunicorn.workers.gthread"):
            if not name.endswith(".__main__"):
                importlib.import_module(name)


def free_port(spelled: str) -> int:
    """The port, if it is one and nobody has it. Raises CannotRun."""
    if not spelled.isdecimal() or not 0 < int(spelled) < 65536:
        message = f"PORT is {spelled!r}: it has to be a number between 1 and 65535."
        raise CannotRun(message)
    port = int(spelled)
    try:
        _take(port)
    except PermissionError:
        message = f"Port {port} is only for the administrator of this machine: choose one above 1023, as in PORT=8001."
        raise CannotRun(message) from None
    except OSError:
        other = port + 1 if port < 65535 else port - 1
        message = f"Port {port} is taken by another program: choose a free one, as in `make run PORT={other}`."
        raise CannotRun(message) from None
    return port


def any_port() -> int:
    """A port that is free now."""
    with socket.socket() as asked:
        asked.bind((HERE, 0))
        return int(asked.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody answers there."""
    with socket.socket() as asking:
        return asking.connect_ex((HERE, port)) == 0


def _take(port: int) -> None:
    """Raises OSError where the port cannot be had."""
    # macOS lets one bind what another process answers on, so ask first.
    if answers(port):
        raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
    with socket.socket() as taking:
        taking.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taking.bind((HERE, port))


def _become(command: list[str], settings: dict[str, str], log: str) -> None:
    """In the new process: be `python -m <command>` with these settings, speaking into this file."""
    os.setsid()
    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG: end when `make run` is killed
    os.environ.update(settings)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    silence = os.open(os.devnull, os.O_RDONLY)
    for ours, theirs in ((silence, 0), (written, 1), (written, 2)):
        os.dup2(ours, theirs)
    sys.stdout = open(1, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115  (as long as the process)
    sys.stderr = open(2, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115  (as long as the process)
    sys.argv[:] = command
    sys.modules.pop(command[0], None)  # it was loaded under its own name, and now runs as __main__
    runpy.run_module(command[0], run_name="__main__", alter_sys=True)
