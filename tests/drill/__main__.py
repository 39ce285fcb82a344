"""`python -m tests.drill [--seconds N] [--seed S] [--people N] [--queue redis|postgres]`."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path
from typing import get_args

from tests.drill import redis_server
from tests.drill.drill import Drilled, drill
from tests.drill.site import Queue, Site
from tests.postgres import Unavailable


def main() -> int:
    """How many promises were broken, as an exit code of 0 or 1; 2 when it cannot run here."""
    asked = _asked()
    print(
        f"two webs and two workers, nudges through {asked.queue}, {asked.seconds:.0f} s of failures, seed {asked.seed}",
        flush=True,
    )
    with tempfile.TemporaryDirectory(prefix="retreats-drill-") as folder:
        try:
            site = Site(Path(folder), queue=asked.queue)
        except (Unavailable, redis_server.Unavailable) as reason:
            print(reason, file=sys.stderr)
            return 2
        try:
            site.start()
            return _reported(drill(site, seed=asked.seed, seconds=asked.seconds, people=asked.people, every=2.5))
        finally:
            site.close()


def _asked() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m tests.drill", description=__doc__)
    reader.add_argument("--seconds", type=float, default=60)
    reader.add_argument("--people", type=int, default=6)
    reader.add_argument("--queue", choices=get_args(Queue), default="redis")
    reader.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    return reader.parse_args()


def _reported(done: Drilled) -> int:
    for failure, times in sorted(done.failures.items()):
        print(f"  {times:3} × {failure}")
    answers = ", ".join(f"{count} × {status}" for status, count in sorted(done.answers.items()))
    print(f"{done.said_yes} bookings answered with yes; answers {answers}; {done.unanswered} connections broke; "
          f"nobody waited longer than {done.longest:.1f} s; {done.letters} letters; {done.seconds:.0f} s in all; "
          f"{len(done.wrong)} promises broken")  # fmt: skip
    for sentence in done.wrong[:30]:
        print(f"BROKEN: {sentence}")
    return 1 if done.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
