"""`python -m bench`: measures, and writes bench/results.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench import booking, listening, pages, report, start, world
from bench.processes import a_house
from retreats import create_app

ROUNDS = 3


def main() -> int:
    asked = _asked()
    results = report.Results(report.machine(), asked.rounds)
    with tempfile.TemporaryDirectory(prefix="retreats-bench-") as folder, a_house(Path(folder)) as house:
        app = create_app(**house.env)
        app.config["WTF_CSRF_ENABLED"] = False
        world.migrate(app)
        world.a_full_page(app, "booked", places=100_000)
        for number in range(asked.rounds):
            world.a_full_page(app, f"rush-{number}", places=24)
        _say("start")
        results.starts = [start.seconds(house) for _ in range(asked.rounds)]
        results.starts_of_gunicorn = [start.seconds_of_gunicorn(house) for _ in range(asked.rounds)]
        _say("statements")
        results.counted = booking.counted(app)
        house.start_web()
        house.start_worker()
        booking.load(house, app, people=4, journeys=40)
        _say("bookings")
        for people, journeys in ((1, 40), (8, 160), (32, 160)):
            results.loads[people] = [
                booking.load(house, app, people=people, journeys=journeys) for _ in range(asked.rounds)
            ]
        _say("rush")
        results.rushes = [booking.rush(house, app, f"rush-{number}", people=300) for number in range(asked.rounds)]
        _say("memory, first visit")
        results.memory = start.memory(house)
        results.visit = pages.first_visit(house, "/gatherings/booked/")
        _say("a page beside a bare one")
        for _ in range(asked.rounds):
            house.end()
            house.start_web()
            ours = pages.requests_per_second(house, "/gatherings/booked/")
            house.end()
            house.start_web("bench.bare:bare", path="/")
            results.pages.append((ours, pages.requests_per_second(house, "/")))
    _say("listening")
    results.listening = listening.measured()
    text = report.written(results)
    print(text)
    asked.write_to.write_text(text, encoding="utf-8")
    return 0


def _asked() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    reader.add_argument("--rounds", type=int, default=ROUNDS)
    reader.add_argument("--write-to", type=Path, default=Path(__file__).parent / "results.md")
    return reader.parse_args()


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
