"""When a letter goes out by itself, in words."""

from __future__ import annotations

from flask_babel import ngettext

from retreats.mailings.timing import Timed


def moment_words(timed: Timed) -> str:
    """`14 days before it begins, at 10:00`."""
    count = timed.amount
    if timed.purpose == "thanks":
        return _after(timed, count)
    if timed.unit == "hours":
        return ngettext("one hour before it begins", "%(num)d hours before it begins", count)
    if timed.at:
        return ngettext("one day before it begins, at %(at)s", "%(num)d days before it begins, at %(at)s", count,
                        at=timed.at)  # fmt: skip
    return ngettext(
        "one day before it begins, at the same hour", "%(num)d days before it begins, at the same hour", count
    )


def _after(timed: Timed, count: int) -> str:
    if timed.unit == "hours":
        return ngettext("one hour after its end", "%(num)d hours after its end", count)
    if timed.at:
        return ngettext("one day after its end, at %(at)s", "%(num)d days after its end, at %(at)s", count, at=timed.at)
    return ngettext("one day after its end, at the same hour", "%(num)d days after its end, at the same hour", count)
