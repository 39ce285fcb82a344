"""How long the house takes to start, and what its processes hold in memory."""

from __future__ import annotations

import subprocess
import time

from bench.processes import PYTHON, House, family
from tests.conftest import ROOT

START = """
import time
began = time.perf_counter()
from wsgi import app
answer = app.test_client().get("/health/live", base_url=app.config["SITE_URL"])
assert answer.status_code == 200, answer.status
print(time.perf_counter() - began)
"""


def seconds(house: House) -> float:
    """From nothing imported to the first answer, in a process of its own."""
    said = subprocess.run([PYTHON, "-c", START], env=house.env, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(said.stdout)


def seconds_of_gunicorn(house: House) -> float:
    """From the command to the first answer over HTTP."""
    took = house.start_web()
    house.end()
    return took


def memory(house: House) -> dict[str, tuple[float, float]]:
    """MB of each process as they run now: resident, and its share where pages are shared (PSS)."""
    found = {}
    for name, part in (("web", house.web), ("worker", house.worker)):
        assert part is not None
        for number, each in enumerate(family(part.pid)):
            what = ("gunicorn's own" if number == 0 else f"web {number}") if name == "web" else "worker"
            used = each.memory_full_info()
            found[what] = (used.rss / 1e6, used.pss / 1e6)
    return found


def pause(people: int) -> None:
    """Let what was started finish starting."""
    time.sleep(people / 10)
