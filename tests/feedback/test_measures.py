"""What is said of small groups, against SciPy, against printed tables, and by simulation with a seed."""

from __future__ import annotations

import random
from typing import Any

import pytest

from retreats.feedback.measures import bounds, judge, newcombe, spread, usual_range, wilson
from retreats.feedback.queries.counting import median_days

pytestmark = pytest.mark.slow

SEED = 20260601


@pytest.fixture(scope="session")
def stats() -> Any:
    """SciPy's, which takes a second to come: only for whoever asks."""
    from scipy import stats

    return stats


@pytest.mark.parametrize("whole", [1, 5, 9, 12, 30])
def test_wilson_is_as_scipy_has_it(whole: int, stats: Any) -> None:
    for part in range(whole + 1):
        theirs = stats.binomtest(part, whole).proportion_ci(method="wilson")

        assert wilson(part, whole) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_wilson_covers_what_it_promises_and_the_textbook_does_not(stats: Any) -> None:
    """The design's figures: over p from .50 to .98 the interval of the textbook covers 66 % at n = 5; Wilson 95 %."""
    shares = [each / 100 for each in range(50, 99)]
    covered, textbook = 0.0, 0.0
    for share in shares:
        for part in range(6):
            odds = stats.binom.pmf(part, 5, share)
            half = 1.96 * (part / 5 * (1 - part / 5) / 5) ** 0.5
            covered += odds * (wilson(part, 5).low <= share <= wilson(part, 5).high)
            textbook += odds * (part / 5 - half <= share <= part / 5 + half)

    assert covered / len(shares) == pytest.approx(0.95, abs=0.015)
    assert textbook / len(shares) == pytest.approx(0.66, abs=0.02)


def test_of_nobody_nothing_is_known() -> None:
    assert wilson(0, 0) == (0, 1)
    assert bounds(0, 0, 0) == (0, 1)


def test_who_did_not_answer_may_have_thought_either_way() -> None:
    assert bounds(7, 9, 12) == pytest.approx((7 / 12, 10 / 12))
    assert bounds(7, 9, 9) == pytest.approx((7 / 9, 7 / 9))
    assert [[round(100 * each) for each in wilson(part, 9)] for part in (7, 9)] == [[45, 94], [70, 100]]


@pytest.mark.parametrize(
    ("one", "other", "printed"),
    [
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((6, 7), (2, 7), (0.0582, 0.8062)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((0, 10), (0, 20), (-0.1611, 0.2775)),
        ((0, 10), (0, 10), (-0.2775, 0.2775)),
        ((10, 10), (0, 20), (0.6791, 1.0)),
        ((10, 10), (0, 10), (0.6075, 1.0)),
    ],
)
def test_the_difference_is_as_newcombe_printed_it(one, other, printed) -> None:
    """Table II of his paper, method 10."""
    assert newcombe(one, other) == pytest.approx(printed, abs=5e-5)


def test_the_usual_range_is_the_middle_of_a_beta_binomial(stats: Any) -> None:
    past = ((7, 9), (8, 10), (2, 8), (9, 12), (4, 11))
    fitted = spread(past)
    a, b = fitted.centre * fitted.likeness, (1 - fitted.centre) * fitted.likeness

    theirs = stats.betabinom(9, a, b)
    low, high = usual_range(past, 9)

    assert theirs.cdf(low - 1) <= 0.05 < theirs.cdf(low)
    assert theirs.sf(high) <= 0.05 < theirs.sf(high - 1)


def test_the_likeness_is_the_most_probable_one(stats: Any) -> None:
    past = ((7, 9), (8, 10), (2, 8), (9, 12), (4, 11))
    fitted = spread(past)

    def probability(likeness: float) -> float:
        a, b = fitted.centre * likeness, (1 - fitted.centre) * likeness
        return sum(stats.betabinom.logpmf(part, whole, a, b) for part, whole in past)

    best = max((2 + step / 4 for step in range(1600)), key=probability)
    assert fitted.likeness == pytest.approx(best, rel=0.1)


def test_gatherings_that_are_all_alike_have_a_narrower_range_than_those_that_are_not() -> None:
    alike = usual_range([(8, 10)] * 6, 10)
    unlike = usual_range([(10, 10), (10, 10), (4, 10), (10, 10), (4, 10), (10, 10)], 10)

    assert alike[1] - alike[0] < unlike[1] - unlike[0]
    assert usual_range([(8, 10)] * 2, 10) is None


def test_everybody_always_does_not_make_one_silent_voice_impossible() -> None:
    assert usual_range([(8, 8)] * 5, 8)[0] <= 7
    assert judge((7, 8), [(8, 8)] * 5).verdict == "usual"


def test_what_differs_what_is_usual_and_what_cannot_be_told() -> None:
    past = [(7, 9), (8, 10), (6, 8), (9, 12)]

    assert judge((7, 9), past).verdict == "usual"
    assert judge((3, 9), past).verdict == "different"
    unsure = judge((4, 9), past)
    assert (unsure.verdict, unsure.more_answers) == ("cannot_tell", 1)
    assert judge((7, 9), past[:2]) is None
    assert judge((0, 0), past) is None


def test_six_gatherings_on_one_side_are_no_chance_any_more() -> None:
    before = [(8, 10), (9, 10), (8, 10)]
    lower = [(7, 10)] * 5

    assert judge((7, 10), [*before, *lower[:4]]).verdict == "usual"
    assert judge((7, 10), [*before, *lower]).verdict == "different"
    assert judge((8, 10), [*before, *lower]).verdict == "usual"


def test_what_does_not_differ_is_seldom_said_to_differ() -> None:
    """Ten people each time, four in five content, always the same: a false alarm at most one time in twenty.

    And a fall to one in two is found more often than that, though far from always.
    """
    rng = random.Random(SEED)

    def share(chance: float) -> tuple[int, int]:
        return sum(rng.random() < chance for _ in range(10)), 10

    pasts = [[share(0.8) for _ in range(5)] for _ in range(300)]
    alarms = sum(judge(share(0.8), past).verdict == "different" for past in pasts)
    found = sum(judge(share(0.5), past).verdict == "different" for past in pasts)

    assert alarms <= 15, f"seed {SEED}"
    assert found >= 60, f"seed {SEED}"


@pytest.mark.parametrize("seed", range(5))
def test_the_median_wait_is_kaplan_and_meiers_as_scipy_has_it(seed: int, stats: Any) -> None:
    rng = random.Random(seed)
    waits = [(float(rng.randint(1, 15)), rng.random() < 0.75) for _ in range(30)]

    ours = median_days(waits)

    curve = stats.ecdf(
        stats.CensoredData(
            uncensored=[days for days, answered in waits if answered],
            right=[days for days, answered in waits if not answered],
        )
    ).sf
    below = [days for days, still in zip(curve.quantiles, curve.probabilities, strict=True) if still <= 0.5]
    assert ours == (below[0] if below else None)
