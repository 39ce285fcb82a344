"""How long people wait: the median of those who have an answer and of those who still wait for one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

FEW_POINTS = 10
"""Below so many there is no median: each is listed."""


def median_wait(ended: Mapping[int, int], waiting: Mapping[int, int]) -> int | None:
    """Kaplan and Meier's median (J. Am. Stat. Assoc. 53, 1958): the first day by which half have an answer.

    Both say how many there are by whole days: those whose wait ended then, and those who have waited so long without an
    answer, who are censored and not left out. None below ten, and while fewer than half have an answer by any day.
    """
    remaining, still = sum(ended.values()) + sum(waiting.values()), 1.0
    if remaining < FEW_POINTS:
        return None
    for days in sorted({*ended, *waiting}):
        still *= 1 - ended.get(days, 0) / remaining
        if still <= 0.5:
            return days
        remaining -= ended.get(days, 0) + waiting.get(days, 0)
    return None


def median_days(waits: list[tuple[int, bool]]) -> int | None:
    """The same for single waits: (days, whether an answer ended it)."""
    ended = Counter(days for days, answered in waits if answered)
    return median_wait(ended, Counter(days for days, answered in waits if not answered))
