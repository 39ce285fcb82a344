"""The drill itself: a crowd, one failure every few seconds, quiet, and then what the oracle says."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from retreats.booking.models import Place, Registration
from retreats.db import db
from tests.drill.crowd import Crowd, Told
from tests.drill.site import Site


@dataclass
class Drilled:
    """What came of it."""

    said_yes: int
    answers: Counter[int]
    unanswered: int
    longest: float
    failures: Counter[str]
    letters: int
    seconds: float
    wrong: list[str] = field(default_factory=list)


def drill(site: Site, *, seed: int, seconds: float, people: int, every: float) -> Drilled:
    """Let it live through `seconds` of failures, then become quiet; every broken promise is a sentence in `wrong`."""
    began, chance = time.monotonic(), random.Random(seed)
    crowd, failures = Crowd(site, seed), Counter[str]()
    crowd.come(people)
    try:
        for fail in _failures(site, chance):
            if time.monotonic() - began >= seconds:
                break
            time.sleep(every)
            failures[fail()] += 1
    finally:
        crowd.leave()
    wrong = [*crowd.wrong, *site.ended_by_themselves()]
    if not site.settle(seconds=60):
        wrong.append(f"it did not become quiet: {site.last_words()}")
    deaths = sum(failures.values()) + failures["PostgreSQL restarted"] * 3
    wrong += site.violations(deaths=deaths, seed=seed)
    wrong += not_as_told(site, crowd.told)
    return Drilled(len(crowd.told), crowd.answers, crowd.unanswered, crowd.longest, failures,
                   len(site.post_office.letters), time.monotonic() - began, wrong)  # fmt: skip


def _failures(site: Site, chance: random.Random) -> Iterator[Callable[[], str]]:
    """One process after the other in an order that the seed chooses; in between something that all of them share."""
    shared = (
        [_restart_postgres] if site.redis is None else [_stop_redis, _restart_postgres, _flush_redis, _freeze_redis]
    )
    while True:
        names = site.names()
        chance.shuffle(names)
        for number, name in enumerate(names):
            yield lambda name=name: _kill(site, name)
            if number % 2:
                fail = shared.pop(0)
                shared.append(fail)
                yield lambda fail=fail: fail(site)


def _kill(site: Site, name: tuple[str, str]) -> str:
    site.kill(name)
    return f"{name[1]} killed"


def _stop_redis(site: Site) -> str:
    assert site.redis is not None
    site.redis.stop()
    time.sleep(4)
    site.redis.start()
    return "Redis gone for 4 s, and back empty"


def _flush_redis(site: Site) -> str:
    assert site.redis is not None
    site.redis.flush()
    return "Redis flushed"


def _freeze_redis(site: Site) -> str:
    assert site.redis is not None
    site.redis.freeze()
    time.sleep(3)
    site.redis.freeze(thaw=True)
    return "Redis silent for 3 s"


def _restart_postgres(site: Site) -> str:
    site.postgres.restart()
    return "PostgreSQL restarted"


def not_as_told(site: Site, told: list[Told]) -> Iterator[str]:
    """No booking that was answered "yes" is lost, and none is another than it was."""
    with site.app.app_context(), Session(db.engine) as session:
        rows = session.execute(select(Registration.reference, Registration.state, Place.email).join(Place))
        found = {reference: (state, email) for reference, state, email in rows}
    for each in told:
        state, email = found.get(each.reference, ("lost", each.email))
        allowed = {"held", "lapsed"} if each.slug == "paid" else {"confirmed"}
        if each.is_paid:
            allowed = {"confirmed"}
        if each.is_given_back:
            allowed = {"cancelled"}
        if state not in allowed or email != each.email:
            yield f"{each} is {state} of {email}"
