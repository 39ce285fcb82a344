"""A year of somebody's two logs as evidence of their development: to be printed, and as a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from retreats.events import EvidenceTaken
from retreats.feedback.learning_forms import hours_of
from retreats.feedback.models import Supervision
from retreats.feedback.queries.learning import Entry, entries, supervisions
from retreats.languages import t
from retreats.outbox import emit


@dataclass(frozen=True)
class Evidence:
    """A year: entries, supervisions, and the hours of each kind."""

    entries: list[Entry]
    supervisions: list[Supervision]
    hours: list[tuple[str, int]]
    """Words for a kind, and minutes."""

    @property
    def minutes(self) -> int:
        """All of it."""
        return sum(minutes for _words, minutes in self.hours)


def of_year(person_id: int, year: int) -> Evidence:
    """What somebody wrote down in this year, the earliest first."""
    learned, supervised = entries(person_id, year)[::-1], supervisions(person_id, year)[::-1]
    totals: dict[str, int] = defaultdict(int)
    for each in learned:
        totals[kinds()[each.row.kind]] += each.row.minutes
    for one in supervised:
        totals[kinds()[f"supervision_{one.kind}"]] += one.minutes
    return Evidence(learned, supervised, list(totals.items()))


def table(person_id: int, year: int) -> tuple[list[str], Iterator[list[str]]]:
    """The heads and rows of the same as a table."""
    heads = [_("Day"), _("What it was"), _("Hours"), _("What I noticed"), _("What I learned or trained"),
             _("What I will try"), _("In which gathering"), _("What came back"), _("With whom"), _("Agreed")]  # fmt: skip
    return heads, _rows(of_year(person_id, year))


def note_taken(person_id: int, year: int) -> None:
    """Write down that it was taken."""
    emit(EvidenceTaken(person_id=person_id, year=year))


def came_back(each: Entry) -> str:
    """What came back in one text: their own words, what the results say, what was decided and changed."""
    said = [each.row.came_back or "", *(f"{t(row.label)} {row.in_words}" for row in each.results)]
    for decision in each.decisions:
        said.append(t(decision.about))
        said += [t(change.what) for change in decision.changes[-1:]]
    return " · ".join(part for part in said if part)


def kinds() -> dict[str, str]:
    """Every kind of both logs, in words."""
    return {
        "reflection": _("looking back"),
        "reading": _("reading"),
        "course": _("course or training"),
        "practice": _("own practice"),
        "exchange": _("exchange with colleagues"),
        "other": _("something else"),
        "supervision_individual": _("individual supervision"),
        "supervision_group": _("group supervision"),
        "supervision_peer": _("peer supervision"),
        "supervision_other": _("another kind of supervision"),
    }


def _rows(year: Evidence) -> Iterator[list[str]]:
    words = kinds()
    rows = [
        [each.row.day, words[each.row.kind], hours_of(each.row.minutes), each.row.noticed or "", each.row.learned or "",
         each.row.tries or "", t(each.row.tries_in.title) if each.row.tries_in else "", came_back(each), "", ""]
        for each in year.entries
    ]  # fmt: skip
    rows += [
        [one.day, words[f"supervision_{one.kind}"], hours_of(one.minutes), "", "", "", "", "", one.supervisor or "",
         one.agreed or ""]
        for one in year.supervisions
    ]  # fmt: skip
    yield from sorted(rows, key=lambda row: row[0])
