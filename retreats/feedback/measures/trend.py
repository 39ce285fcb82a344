"""Whether a gathering differs from those before it: one of three answers, and nothing finer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from retreats.feedback.measures.intervals import Share, newcombe
from retreats.feedback.measures.usual import LEAST_GATHERINGS, usual_range

Verdict = Literal["usual", "cannot_tell", "different"]
RUN = 6
"""So many gatherings on one side of the median are no chance any more."""
MOST_ANSWERS = 200


@dataclass(frozen=True)
class Judgement:
    """What may be said of one gathering, and of how many answers that were not given it would take to say more."""

    verdict: Verdict
    usual: tuple[int, int]
    more_answers: int | None = None
    """For `cannot_tell`: about how many more such answers it takes; None when it would be more than two hundred."""


def judge(now: Share, past: Sequence[Share]) -> Judgement | None:
    """Compare a gathering with the earlier ones, newest last. None below three earlier ones, or without an answer.

    "Different" needs a Newcombe interval for the difference to the pooled past that leaves out 0, or the sixth gathering in
    a row on one side of the median of those before. What lies within the usual range and has neither is usual; for the rest it cannot be
    told yet. With ten answers a fall from four in five to one in two is found one time in four: silence proves nothing.
    """
    usual = usual_range(past, now[1])
    if usual is None:
        return None
    pooled = (sum(share[0] for share in past), sum(share[1] for share in past))
    is_outside = not usual[0] <= now[0] <= usual[1]
    if (is_outside and _leaves_out_nothing(now, pooled)) or _runs([*past, now]):
        return Judgement("different", usual)
    if not is_outside:
        return Judgement("usual", usual)
    return Judgement("cannot_tell", usual, _more_answers(now, pooled))


def _leaves_out_nothing(now: Share, pooled: Share) -> bool:
    low, high = newcombe(now, pooled)
    return low > 0 or high < 0


def _runs(shares: Sequence[Share]) -> bool:
    """Whether the last six lie on one side of the median of those before them; one that lies on it breaks the run."""
    values = [part / whole for part, whole in shares if whole]
    before, last = values[:-RUN], values[-RUN:]
    if len(before) < LEAST_GATHERINGS:
        return False
    middle = median(before)
    return all(value > middle for value in last) or all(value < middle for value in last)


def _more_answers(now: Share, pooled: Share) -> int | None:
    part, whole = now
    for more in range(1, MOST_ANSWERS + 1):
        grown = (round(part / whole * (whole + more)), whole + more)
        if _leaves_out_nothing(grown, pooled):
            return more
    return None
