"""Where on this machine a Chromium is that starts."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

from tests import get_chromium

PLACES = (
    "/usr/bin/chromium",
    "/usr/bin/google-chrome",
    "/usr/bin/chromium-browser",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    str(get_chromium.PROGRAM),
)
MISSING = (
    "Journeys in a browser were left out: no Chromium was found. Get one with `.venv/bin/python -m tests.get_chromium` "
    "(needs npm) or apt-get install chromium, or set CHROMIUM to its path."
)


@cache
def environment_of(program: str) -> dict[str, str] | None:
    """The environment in which this program starts, or None where it does not: libraries may have to come along."""
    for more in ({}, {"LD_LIBRARY_PATH": str(get_chromium.LIBRARIES)}):
        try:
            command = [program, "--version", "--no-sandbox"]
            subprocess.run(command, env=os.environ | more, check=True, capture_output=True, timeout=60)
        except (OSError, subprocess.SubprocessError):
            continue
        return dict(os.environ) | more
    return None


def find() -> str | None:
    """The path of a Chromium that starts."""
    chosen = os.environ.get("CHROMIUM")
    return next(
        (each for each in ([chosen] if chosen else PLACES) if Path(each).exists() and environment_of(each)), None
    )
