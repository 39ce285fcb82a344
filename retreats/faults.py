"""Named points at which a test may kill the process.

In the house they do nothing but look at one variable. `make kill-test` sets KILL_AT to `<nth>:<point>`, and the process
ends there as if the power had gone; with KILL_TRACE it writes the names of the points it passes into that file. The list
of points is read out of the source, and every commit is one by itself, so a new one is tried at once.
"""

from __future__ import annotations

import inspect
import os
import signal
from collections import Counter
from pathlib import Path
from threading import Lock

_wanted = os.environ.get("KILL_AT", "")
_trace = os.environ.get("KILL_TRACE", "")
_is_test = bool(_wanted or _trace)
_passed: Counter[str] = Counter()
_lock = Lock()
_BETWEEN = {"retreats.db", "contextlib", __name__}
"""Modules that stand between a `with writing():` and its commit."""


def point(name: str) -> None:
    """Here a process may die. Only where KILL_AT names this point (`3:name` is its third passing) does it."""
    if not _is_test:
        return
    with _lock:
        _passed[name] += 1
        if _trace:
            with Path(_trace).open("a", encoding="utf-8") as file:
                file.write(f"{name}\n")
        if _wanted == f"{_passed[name]}:{name}":
            os.kill(os.getpid(), signal.SIGKILL)


def commit_point(when: str) -> None:
    """A point named after the function that writes: `commit payments.routes.pay.webhook`, with what `when` says in front."""
    if not _is_test:
        return
    frame = inspect.currentframe()
    while frame is not None and frame.f_globals["__name__"] in _BETWEEN:
        frame = frame.f_back
    if frame is not None:
        module = str(frame.f_globals["__name__"]).removeprefix("retreats.")
        point(f"{when} {module}.{frame.f_code.co_name}")
