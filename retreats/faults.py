"""Named points at which a test may kill the process.

In the house they do nothing but compare one variable. `make kill-test` sets KILL_AT to `<nth>:<point>`, and the process
ends there as if the power had gone. The list of points is read out of the source, so a new one is tried at once.
"""

from __future__ import annotations

import os
import signal

_wanted = os.environ.get("KILL_AT", "")
_seen: dict[str, int] = {}


def point(name: str) -> None:
    """Here a process may die. Only where KILL_AT names this point (`3:name` is its third passing) does it."""
    if not _wanted:
        return
    _seen[name] = _seen.get(name, 0) + 1
    if _wanted == f"{_seen[name]}:{name}":
        os.kill(os.getpid(), signal.SIGKILL)
