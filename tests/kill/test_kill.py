"""The list of points has no gaps, and some deaths of each kind leave every promise whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kill.house import Kill, Town
from tests.kill.points import every_point, excused, idle_excuses, unworn_calls
from tests.kill.trying import Passed, traced, tried

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("kill")]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    built = Town("sqlite", tmp_path_factory.mktemp("kill"))
    yield built
    built.close()


@pytest.fixture(scope="module")
def passed(town: Town) -> Passed:
    return traced(town)


@pytest.mark.at_length
def test_every_point_is_on_the_way_of_a_journey_or_says_why_not(passed: Passed) -> None:
    walked = set().union(*passed.values())
    every = every_point()

    assert walked - every == set(), "passed, and not on the list that is read out of the source"
    assert every - walked - excused(every) == set(), "let a journey pass it, or say why not in tests/kill/points.py"
    assert idle_excuses(every) == []


def test_no_call_to_stripe_is_without_a_point_before_and_after_it() -> None:
    assert unworn_calls() == []


@pytest.mark.at_length
@pytest.mark.parametrize(
    "kill",
    [
        Kill("free", "web", "commit booking.routes.public.register", 1),
        Kill("free", "worker", "after smtp", 2),
        Kill("paid", "worker", "after stripe refund", 1),
    ],
    ids=str,
)
def test_a_death_breaks_no_promise(town: Town, kill: Kill) -> None:
    result = tried(town, kill, seed=1)

    assert (result.deaths, result.broken) == (1, [])
    assert result.seconds_until_ready < 30
