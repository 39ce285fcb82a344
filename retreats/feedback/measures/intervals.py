"""Intervals for counts of small groups."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

Z = 1.959963984540054
"""The 97.5 % point of the standard normal distribution."""
Share = tuple[int, int]
"""How many, of how many."""


class Interval(NamedTuple):
    """From `low` to `high`; between 0 and 1 for a share, between -1 and 1 for a difference."""

    low: float
    high: float


def wilson(part: int, whole: int) -> Interval:
    """Wilson's 95 % interval for a share (J. Am. Stat. Assoc. 22, 1927), recommended for small groups by Brown, Cai and
    DasGupta (Statist. Sci. 16, 2001). From nobody nothing can be said: then it is 0 to 1.
    """
    if not whole:
        return Interval(0.0, 1.0)
    share, weight = part / whole, Z * Z / whole
    middle = (share + weight / 2) / (1 + weight)
    half = Z * sqrt(share * (1 - share) / whole + weight / (4 * whole)) / (1 + weight)
    return Interval(0.0 if part == 0 else middle - half, 1.0 if part == whole else middle + half)


def bounds(part: int, answered: int, attended: int) -> Interval:
    """Worst and best case of a group of which some did not answer (Manski's bounds): all of them no, or all of them yes.

    No interval is needed for those who did answer: they are the group, not a sample of it.
    """
    attended = max(attended, answered)
    return Interval(part / attended, (part + attended - answered) / attended) if attended else Interval(0.0, 1.0)


def newcombe(one: Share, other: Share) -> Interval:
    """95 % interval for the difference of two shares, `one` minus `other`: Newcombe's method 10, which is built of two
    Wilson intervals (Statist. Med. 17, 1998, 873-890). Both need at least one answer.
    """
    (first, second), (own, others) = (one[0] / one[1], other[0] / other[1]), (wilson(*one), wilson(*other))
    difference = first - second
    down = sqrt((first - own.low) ** 2 + (others.high - second) ** 2)
    up = sqrt((own.high - first) ** 2 + (second - others.low) ** 2)
    return Interval(difference - down, difference + up)
