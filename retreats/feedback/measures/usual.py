"""The usual range: what a gathering of this size shows when nothing is different, learned from earlier gatherings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma, log

from retreats.feedback.measures.intervals import Share

LEAST_GATHERINGS = 3
_LOOSE, _TIGHT, _STEPS = 2.0, 400.0, 60
_TAIL = 0.05
"""What lies outside the range on either side, at most."""


@dataclass(frozen=True)
class Spread:
    """A beta distribution of the shares of gatherings: where it lies, and how alike the gatherings are."""

    centre: float
    """Between 0 and 1, both excluded."""
    likeness: float
    """As many answers as one earlier gathering tells about the next; 2 (hardly alike) to 400 (all the same)."""


@lru_cache(maxsize=512)
def spread(past: tuple[Share, ...]) -> Spread:
    """Fit the spread of earlier gatherings: the pooled share, and the likeness that makes their counts most probable
    under a beta-binomial distribution (maximum of the marginal likelihood on a logarithmic grid).

    One answer of each kind is added to the pool, so that "everybody, always" does not make one silent voice impossible.
    """
    part, whole = sum(share[0] for share in past), sum(share[1] for share in past)
    centre = (part + 1) / (whole + 2)
    grid = [exp(log(_LOOSE) + step * log(_TIGHT / _LOOSE) / _STEPS) for step in range(_STEPS + 1)]
    return Spread(
        centre,
        max(grid, key=lambda likeness: sum(_log_probability(*share, Spread(centre, likeness)) for share in past)),
    )


def usual_range(past: Sequence[Share], whole: int) -> tuple[int, int] | None:
    """Of `whole` answers, between how many and how many usually say so: the middle 90 % of the fitted beta-binomial.

    None below three earlier gatherings, and for a gathering without answers.
    """
    if len(past) < LEAST_GATHERINGS or not whole:
        return None
    return _middle(tuple(past), whole)


@lru_cache(maxsize=4096)
def _middle(past: tuple[Share, ...], whole: int) -> tuple[int, int]:
    fitted = spread(past)
    odds = [exp(_log_probability(part, whole, fitted)) for part in range(whole + 1)]
    return _first_above(odds), whole - _first_above(odds[::-1])


def _first_above(odds: list[float]) -> int:
    """The first count at which more than the tail has passed."""
    passed = 0.0
    for count, each in enumerate(odds):
        passed += each
        if passed > _TAIL:
            return count
    return len(odds) - 1


def _log_probability(part: int, whole: int, fitted: Spread) -> float:
    """Of the beta-binomial distribution."""
    a, b = fitted.centre * fitted.likeness, (1 - fitted.centre) * fitted.likeness
    ways = lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)
    return ways + _log_beta(part + a, whole - part + b) - _log_beta(a, b)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
