"""What the forms of the two logs send, read and checked."""

from __future__ import annotations

import re
from datetime import date

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from retreats import clock
from retreats.feedback.forms import LONGEST_LINE, Form
from retreats.feedback.models.learning import DEVELOPMENT_KINDS, SUPERVISION_KINDS
from retreats.feedback.queries.results import SHOWN
from retreats.feedback.row_ids import row_id
from retreats.feedback.service.learning import Learned, Supervised
from retreats.languages import local

Sent = MultiDict[str, str]
_HOURS = re.compile(r"(\d{1,3})(?:[.,](\d{1,2})|:([0-5]\d))?")
TEXTS = ("noticed", "learned", "tries", "came_back")


class _Log(Form):
    """What both logs ask: kind, day, hours."""

    minutes = 0

    def _take_head(self, sent: Sent, kinds: tuple[str, ...]) -> None:
        self._choose(sent, "kind", list(kinds))
        if not self.values["kind"]:
            self.errors["kind"] = _("Choose what it was.")
        self._take(sent, "day", longest=10)
        if not _is_past_day(self.values["day"]):
            self.errors["day"] = _("Choose a day, today or before.")
        self._take(sent, "hours", longest=8)
        minutes = minutes_in(self.values["hours"])
        if minutes is None:
            self.errors["hours"] = _("Write the hours as in 1.5 or 1:30.")
        self.minutes = minutes or 0


class DevelopmentForm(_Log):
    """An entry of the development log."""

    decisions: frozenset[int] = frozenset()

    @classmethod
    def read(cls, sent: Sent) -> DevelopmentForm:
        """Take it in."""
        form = cls()
        form._take_head(sent, DEVELOPMENT_KINDS)
        for name in TEXTS:
            form._take(sent, name)
        for name in ("public_en", "public_pt"):
            form._take(sent, name, longest=LONGEST_LINE)
        for name in ("gathering", "tries_in"):
            form.values[name] = str(row_id(sent.get(name, "")) or "")
        form._choose(sent, "item", list(SHOWN))
        form.decisions = frozenset(found for each in sent.getlist("decisions") if (found := row_id(each)))
        if not any(form.values[name] for name in TEXTS):
            form.errors.setdefault("noticed", _("Write at least one of the four steps."))
        if (form.values["public_en"] or form.values["public_pt"]) and not form.values["gathering"]:
            form.errors["gathering"] = _("Say which group taught it to you.")
        return form

    def learned(self) -> Learned:
        """As the service wants it."""
        values = self.values
        return Learned(
            kind=values["kind"], day=values["day"], minutes=self.minutes,
            **{name: values[name] for name in TEXTS},
            gathering_id=row_id(values["gathering"]), tries_in_id=row_id(values["tries_in"]), item=values["item"],
            public={code: values[f"public_{code}"] for code in ("en", "pt") if values[f"public_{code}"]},
            decisions=self.decisions,
        )  # fmt: skip


class SupervisionForm(_Log):
    """An entry of the supervision log."""

    @classmethod
    def read(cls, sent: Sent) -> SupervisionForm:
        """Take it in."""
        form = cls()
        form._take_head(sent, SUPERVISION_KINDS)
        form._take(sent, "supervisor", longest=200)
        form._take(sent, "agreed")
        return form

    def supervised(self) -> Supervised:
        """As the service wants it."""
        values = self.values
        return Supervised(kind=values["kind"], day=values["day"], minutes=self.minutes,
                          supervisor=values["supervisor"], agreed=values["agreed"])  # fmt: skip


def minutes_in(said: str) -> int | None:
    """`1.5`, `1,5` and `1:30` are ninety minutes; None for what is no time."""
    found = _HOURS.fullmatch(said)
    if found is None:
        return None
    hours, part, minutes = found.groups()
    return int(hours) * 60 + (int(minutes) if minutes else round(float(f"0.{part or 0}") * 60))


def hours_of(minutes: int) -> str:
    """`1:30`."""
    return f"{minutes // 60}:{minutes % 60:02}"


def _is_past_day(said: str) -> bool:
    try:
        return date.fromisoformat(said) <= local(clock.now()).date() and len(said) == 10
    except ValueError:
        return False
