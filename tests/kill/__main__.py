"""`python -m tests.kill [--kills N] [--seed S] [--store sqlite|postgres|both]`."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.kill.house import Town
from tests.kill.trying import planned, traced, tried

STORES = ("sqlite", "postgres")


def main() -> int:
    """How many promises were broken, as an exit code of 0 or 1."""
    asked = _asked()
    print(f"kill -9, {asked.kills} times on each store, seed {asked.seed}", flush=True)
    stores = STORES if asked.store == "both" else (asked.store,)
    return 1 if sum(_on(store, asked.kills, asked.seed) for store in stores) else 0


def _asked() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    reader.add_argument("--kills", type=int, default=110, help="how many on each store")
    reader.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    reader.add_argument("--store", choices=[*STORES, "both"], default="both")
    return reader.parse_args()


def _on(store: str, kills: int, seed: int) -> int:
    """Kill it so often; how many broken promises there were."""
    with tempfile.TemporaryDirectory(prefix="retreats-kill-") as folder:
        town = Town(store, Path(folder))
        try:
            return _reported(town, kills, seed)
        finally:
            town.close()


def _reported(town: Town, kills: int, seed: int) -> int:
    """Kill until so many have died; a death whose point is not passed in its life is counted, and another is planned."""
    began = time.monotonic()
    died, missed, broken, slowest = Counter[str](), Counter[str](), 0, 0.0
    for number, kill in enumerate(planned(traced(town), seed), 1):
        result = tried(town, kill, seed + number)
        (died if result.deaths else missed)[kill.point] += 1
        broken += len(result.broken)
        slowest = max(slowest, result.seconds_until_ready)
        for sentence in result.broken:
            print(f"BROKEN on {town.store}, seed {seed}, life {number}, {kill}: {sentence}", flush=True)
        if died.total() >= kills or missed.total() > kills:
            break
    for point in sorted(died):
        print(f"  {died[point]:3} × {point}")
    print(f"{town.store}: {died.total()} processes ended with -9 at {len(died)} points; {missed.total()} further lives "
          f"did not pass their point; ready again within {slowest:.1f} s; {broken} promises broken; "
          f"{time.monotonic() - began:.0f} s", flush=True)  # fmt: skip
    never = sorted(set(missed) - set(died))
    if never:
        print(f"  never died at: {', '.join(never)}")
    return broken + max(0, kills - died.total())


if __name__ == "__main__":
    sys.exit(main())
