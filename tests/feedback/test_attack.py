"""I9, in small: what can be stolen without the keys leads from no unnamed text to a person, and the attack is known to bite.

`python -m tests.feedback.attack` does the same for two hundred groups, with posted forms and delivered letters.
"""

from __future__ import annotations

from itertools import count

import pytest

from retreats.db import db
from retreats.feedback import own_link
from retreats.feedback.service import release
from tests.conftest import empty
from tests.feedback.attack.guess import attacked
from tests.feedback.attack.season import Ways, lived, opened

SEED = 20270301
GROUPS, FEW = 8, 4
AS_THEY_LAY = "first in sealed_answer as the participant list"
SHARED = "what only one of them shares with it"
KNOWN = (SHARED, "what touches both")
"""Ways that are named before one looks, so that none is best by luck."""

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _laid_anew(app) -> None:
    """The tables' files begin anew: where rows of earlier tests have lain, PostgreSQL lays new ones in any order."""
    if db.engine.dialect.name == "postgresql":
        names = ", ".join(table.name for table in db.metadata.sorted_tables)
        with db.engine.begin() as connection:
            connection.exec_driver_sql(f"TRUNCATE {names}")


def test_with_everything_but_the_keys_nobody_is_found_better_than_by_chance(app, tmp_path) -> None:
    """The best of thousands of ways may be lucky in eight groups, but not in eight others: what leaks, leaks every time."""
    for seed in (SEED, SEED + 1):
        empty()
        found = attacked(lived(GROUPS, seed=seed, folder=tmp_path, ways=Ways()))
        assert found.texts > 100
        assert AS_THEY_LAY not in found.by_way, "a sealed row leads to a released text"
        if found.interval.low <= found.chance + 0.02 and all(
            found.by_way.get(each, 0) < 2 * found.chance for each in KNOWN
        ):
            return
    pytest.fail(f"{found}, and in the season before as well, seed {SEED}")


@pytest.mark.at_length
def test_the_control_whose_rows_keep_their_order_finds_most(app, tmp_path, monkeypatch) -> None:
    rows, seen = count(10_000_000), {}
    monkeypatch.setattr(release, "shuffled", list)
    monkeypatch.setattr(release, "new_id", lambda: next(rows) + 10**12)
    really = own_link._derived
    monkeypatch.setattr(own_link, "_derived", lambda token, what: (
        seen.setdefault(token, len(seen)).to_bytes(2, "big") + really(token, what)))  # fmt: skip

    found = attacked(lived(FEW, seed=SEED, folder=tmp_path, ways=Ways()))

    assert found.share > 0.6 > found.chance, str(found)


@pytest.mark.at_length
def test_the_control_whose_words_lie_where_they_lay_sealed_is_found_by_the_evening(app, tmp_path, monkeypatch) -> None:
    """Within an evening the order of rows is luck: one season in a hundred finds little, two hardly ever."""
    monkeypatch.setattr(own_link, "released_locator", own_link.locator)
    for seed in (SEED, SEED + 1):
        empty()
        found = attacked(lived(GROUPS, seed=seed, folder=tmp_path, ways=Ways()))
        if found.by_way[AS_THEY_LAY] > 2 * found.chance:
            break

    assert found.by_way[AS_THEY_LAY] > 2 * found.chance, str(found)


@pytest.mark.at_length
def test_the_control_whose_letters_carry_their_readers_own_words_is_found_by_its_mail(app, tmp_path) -> None:
    season = lived(FEW, seed=SEED, folder=tmp_path, ways=Ways())
    addresses = {place.id: place.email for places in season.participants for place in places}
    alike = [opened(address, "Something new", "They have answered.") for address in addresses.values()]
    season.mail = alike
    blind = attacked(season).by_way[SHARED]

    season.mail = alike + [
        opened(addresses[whose], "You wrote", f"{words} https://house.example/reflect/x")
        for words, whose in season.truth.items()
    ]

    assert attacked(season).by_way[SHARED] > 0.9
    assert blind < 0.3
