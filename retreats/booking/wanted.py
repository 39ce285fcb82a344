"""What an organiser wants to see of the registrations: words to look for, filters, and columns.

It is read from an address and written into one, so that a list can be linked, kept under a name, exported and acted on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from retreats.booking.columns import COLUMNS, usual
from retreats.catalogue.models.gathering import KINDS
from retreats.house.queries import current
from retreats.reading import is_row

STATES = ("held", "confirmed", "lapsed", "cancelled")
MONEY = ("owing", "paid", "free")
"""Something is still to come in; all of it is there; nothing was ever asked."""
LONGEST = 100


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A filter of the list. What was not understood is as if it had not been asked."""

    q: str = ""
    gathering: str = ""
    """Its slug; empty for all of them."""
    state: str = ""
    ticket: str = ""
    """The id of a ticket type, as text: ids are larger than the numbers of a browser."""
    money: str = ""
    kind: str = ""
    booked_from: str = ""
    """Booked on this day or later, `2027-06-12`, as the house's own calendar has it; so is `booked_to`, or earlier."""
    booked_to: str = ""
    columns: tuple[str, ...] = ()

    @classmethod
    def read(cls, sent: MultiDict[str, str], *, gathering: str | None = None) -> Self:
        """From an address or a form; `gathering` where the page has decided it."""
        raw = {each.name: sent.get(each.name, "").strip()[:LONGEST] for each in fields(cls) if each.name != "columns"}
        return cls._understood(raw | ({} if gathering is None else {"gathering": gathering}), sent.getlist("column"))

    @classmethod
    def kept(cls, query: Mapping[str, Any]) -> Self:  # Any: texts and one list, as JSON holds them
        """From what was kept under a name."""
        known = {each.name: str(query.get(each.name, "")) for each in fields(cls) if each.name != "columns"}
        return cls._understood(known, list(query.get("columns", ())))

    @classmethod
    def _understood(cls, raw: dict[str, str], columns: list[str]) -> Self:
        for name, options in (("state", STATES), ("money", MONEY), ("kind", KINDS)):
            raw[name] = raw[name] if raw[name] in options else ""
        for name in ("booked_from", "booked_to"):
            raw[name] = raw[name] if _day(raw[name]) else ""
        raw["ticket"] = raw["ticket"] if is_row(raw["ticket"]) and raw["gathering"] else ""
        chosen = tuple(each for each in COLUMNS if each in columns)
        return cls(**raw, columns=chosen or usual(in_one=bool(raw["gathering"])))

    @property
    def is_set(self) -> bool:
        """Whether anything narrows the list, besides the gathering."""
        return bool(self.q) or self.narrows

    @property
    def narrows(self) -> bool:
        """The same without the words."""
        said = (self.ticket, self.state, self.money, self.kind, self.booked_from, self.booked_to)
        return any(said)

    def to_keep(self) -> dict[str, Any]:
        """What is kept under a name: never the words that somebody was looked for by."""
        said = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "q"}
        return {name: list(value) if name == "columns" else value for name, value in said.items() if value}

    def pairs(self, *, without: str = "") -> list[tuple[str, str]]:
        """Its part of an address or of a form."""
        said = [(each.name, getattr(self, each.name)) for each in fields(self) if each.name not in {"columns", without}]
        usually = self.columns == usual(in_one=bool(self.gathering))
        return [pair for pair in said if pair[1]] + [("column", each) for each in self.columns if not usually]

    def everything(self) -> Wanted:
        """The same list without any filter."""
        return replace(Wanted(gathering=self.gathering), columns=self.columns)

    @property
    def since(self) -> datetime | None:
        """The first moment of `booked_from`."""
        return _day(self.booked_from)

    @property
    def before(self) -> datetime | None:
        """The first moment after `booked_to`."""
        return _day(self.booked_to, later=1)


def _day(typed: str, *, later: int = 0) -> datetime | None:
    try:
        asked = date.fromisoformat(typed) + timedelta(days=later)
    except (ValueError, OverflowError):
        return None
    if not 2000 <= asked.year <= 2101:
        return None
    return datetime(asked.year, asked.month, asked.day, tzinfo=ZoneInfo(current().zone)).astimezone(UTC)
