"""An attack in the spirit of I9: a full dump, the participant lists and the letters, but no keys, against twenty groups.

The attacker is given each released text and must say whose it is. She tries every order she can find: row numbers or
tuple ids, ids, and what was written in one transaction, against the orders in which places were booked and people wrote.
Her best try over all groups may do two points better than chance, plus what luck allows. The control takes one guard
away (the shuffling and the random ids) and must succeed, so the attack is known to bite.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from itertools import count

import pytest
from sqlalchemy import text

from retreats.booking.models import Place
from retreats.db import db, writing
from retreats.feedback import own_link, service
from retreats.feedback.models import Batch, FormWindow, Point
from retreats.feedback.service import release
from tests.feedback import loop

GROUPS = 20
SEED = 20270301
Guess = dict[str, int]
"""For each text, the place that is said to have written it."""

pytestmark = pytest.mark.slow


def a_season(deliver) -> dict[str, int]:
    """Twenty gatherings of five to twelve people, all of whom wrote; gives the truth, which only the test knows."""
    chance = random.Random(SEED)
    truth: dict[str, int] = {}
    gatherings = [loop.a_group(chance.randint(5, 12), slug=f"group-{number}") for number in range(GROUPS)]
    for each in gatherings:
        loop.after_the_end(each, deliver)
    places = {each.id: loop.places(each) for each in gatherings}
    for each in gatherings:
        # People answer in the order in which they booked, but for a few: the worst case for the seal.
        for number, place in enumerate(places[each.id]):
            words = f"{each.slug} says text {number} of it"
            truth[words] = place.id
            with writing():
                service.give(own_link.token_of(place), service.Submission(
                    scales={"C1": str(chance.randint(1, 5))},
                    texts={"C8": service.Words(text=words, kind="change")},
                ))  # fmt: skip
    loop.after_the_end(gatherings[-1], deliver, hours=72)
    return truth


def dump() -> list[tuple[dict[str, list[str]], list[int]]]:
    """What the attacker has, by group: the texts in every order she can find, and the places in the order of booking.

    That she has the texts in clear is more than a dump would give her.
    """
    db.session.remove()
    by = "rowid" if db.engine.dialect.name == "sqlite" else "ctid"
    found = []
    for window in db.session.query(FormWindow):
        batches = [batch.id for batch in db.session.query(Batch).filter_by(window_id=window.id)]
        points = {point.id: point.text or "" for point in db.session.query(Point).filter(Point.batch_id.in_(batches))}
        lying = [each for each in db.session.scalars(text(f"SELECT id FROM point ORDER BY {by}")) if each in points]
        locators = {point.id: point.locator for point in db.session.query(Point).filter(Point.batch_id.in_(batches))}
        orders = {
            "as they lie": [points[each] for each in lying],
            "by id": [points[each] for each in sorted(points)],
            "by locator": [points[each] for each in sorted(points, key=lambda each: locators[each] or b"")],
        }
        orders |= {f"{name}, backwards": order[::-1] for name, order in orders.items()}
        booked = db.session.query(Place).filter_by(gathering_id=window.gathering_id)
        by_row = text(f"SELECT id FROM place WHERE gathering_id = {window.gathering_id} ORDER BY {by}")
        keys = (Place.id, Place.reference, Place.changed_at, Place.uid)
        found += [(orders, [place.id for place in booked.order_by(key)]) for key in keys]
        found.append((orders, list(db.session.scalars(by_row))))
    return found


def attack(truth: dict[str, int]) -> tuple[float, float]:
    """The share that her best way of guessing got right, and what chance would get."""
    ways: dict[tuple[str, int], list[bool]] = {}
    chance: list[float] = []
    for number, (orders, places) in enumerate(dump()):
        chance += [1 / len(places)] * len(places)
        for name, order in orders.items():
            hits = [truth[words] == place for words, place in zip(order, places, strict=True)]
            ways.setdefault((name, number % 5), []).extend(hits)
    return max(sum(hits) / len(hits) for hits in ways.values()), sum(chance) / len(chance)


def test_with_a_dump_and_no_keys_nobody_is_found_better_than_by_chance(app, deliver) -> None:
    truth = a_season(deliver)

    best, chance = attack(truth)

    # 30 ways are tried on some 170 texts; the best of them by luck alone is about three standard deviations above.
    luck = 3.5 * (chance * (1 - chance) / len(truth)) ** 0.5
    assert len(truth) > 100
    assert best <= chance + 0.02 + luck, f"seed {SEED}"


def test_the_control_without_shuffling_and_random_ids_finds_nearly_everybody(app, deliver, monkeypatch) -> None:
    numbers: Iterable[int] = count(10_000_000)
    in_turn: Callable[[list[object]], list[object]] = lambda rows: rows  # noqa: E731
    monkeypatch.setattr(release, "shuffled", in_turn)
    monkeypatch.setattr(release, "new_id", lambda: next(iter(numbers)))
    monkeypatch.setattr(
        own_link, "_derived", lambda token, what: in_turn_of(token) + what.encode()[-16:].rjust(16, b".")
    )
    truth = a_season(deliver)

    best, chance = attack(truth)

    assert best > 0.9 > chance


_seen: dict[str, int] = {}


def in_turn_of(token: str) -> bytes:
    """What a locator would be that counts instead of hiding: who came first has the lowest."""
    return _seen.setdefault(token, len(_seen)).to_bytes(4, "big")
