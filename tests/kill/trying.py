"""One death after the other: which points a life passes, where to kill, and what became of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from tests.kill.house import Kill, Town
from tests.kill.journey import JOURNEYS, walk
from tests.kill.parts import Role

Passed = dict[tuple[str, Role], Counter[str]]
"""For each journey, web and worker: how often a life passes each point."""


@dataclass(frozen=True)
class Result:
    """What became of one life."""

    deaths: int
    broken: list[str]
    seconds_until_ready: float = 0.0


def traced(town: Town) -> Passed:
    """Every journey without a death. Raises AssertionError when even that breaks a promise."""
    passed: Passed = {}
    for journey in JOURNEYS:
        trace = town.folder / "trace"
        with town.life(trace=trace) as life:
            walk(life, journey)
            broken = life.violations(0)
        assert broken == [], broken
        for role in get_args(Role):
            file = trace.with_suffix(f".{role}")
            passed[journey, role] = Counter(file.read_text(encoding="utf-8").splitlines())
            file.unlink()
    return passed


def planned(passed: Passed, seed: int) -> Iterator[Kill]:
    """Deaths without end: every point of web and worker in turn, on a journey and at a passing that the seed chooses."""
    chance = random.Random(seed)
    places = sorted({(role, point) for (_journey, role), points in passed.items() for point in points})
    while places:
        chance.shuffle(places)
        for role, point in places:
            journey = chance.choice([each for each in JOURNEYS if passed[each, role][point]])
            yield Kill(journey, role, point, chance.randint(1, passed[journey, role][point]))


def tried(town: Town, kill: Kill, seed: int) -> Result:
    """A life with this death in it, and what the oracle says at its end."""
    with town.life(kill) as life:
        try:
            walk(life, kill.journey)
            broken = life.violations(seed)
        except (TimeoutError, RuntimeError, AssertionError) as error:
            broken = [*life.wrong, str(error)[:4000]]
        ready = max((each.seconds for each in life.deaths), default=0.0)
        return Result(len(life.deaths), broken, ready)
