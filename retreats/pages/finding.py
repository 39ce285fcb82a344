"""What somebody looks for in the list: kind, place, month, language, words."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from retreats.catalogue.models import Gathering
from retreats.catalogue.models.gathering import KINDS
from retreats.house.queries import current
from retreats.languages import LANGUAGES, local


@dataclass(frozen=True)
class Wish:
    """A filter of the list. What was not understood is as if it had not been asked."""

    kind: str | None = None
    place: str = ""
    month: str = ""
    language: str = ""
    q: str = ""

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Wish:
        """From the address."""
        kind, language, month = args.get("kind", ""), args.get("language", ""), args.get("month", "")
        return cls(
            kind=kind if kind in KINDS else None,
            place=args.get("place", "").strip()[:80],
            month=month if _first_of(month) else "",
            language=language if language in LANGUAGES else "",
            q=args.get("q", "").strip()[:80],
        )

    @property
    def is_set(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.kind or self.place or self.month or self.language or self.q)

    def window(self, now: datetime) -> tuple[datetime, datetime | None]:
        """From when to when: one month of the house if one was asked for, otherwise from now on."""
        first = _first_of(self.month)
        if first is None:
            return now, None
        after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
        return first.astimezone(UTC), after.astimezone(UTC)

    def fitting(self, gatherings: list[Gathering]) -> list[Gathering]:
        """Those that fit place, language and words."""
        return [each for each in gatherings if self._fits(each)]

    def _fits(self, gathering: Gathering) -> bool:
        if self.language and self.language not in gathering.languages:
            return False
        if self.place and self.place not in places_of(gathering):
            return False
        text = plain(" ".join([*gathering.title.values(), *gathering.summary.values(), *places_of(gathering)]))
        return all(word in text for word in plain(self.q).split())

    @staticmethod
    def choices(coming: list[Gathering]) -> dict[str, list[str]]:
        """What can be chosen among what is coming: places and months."""
        places = sorted({place for each in coming for place in places_of(each)})
        months = sorted({f"{local(each.starts_at, each.zone):%Y-%m}" for each in coming if each.starts_at})
        return {"places": places, "months": months}


def places_of(gathering: Gathering) -> list[str]:
    """The areas under which a gathering is found; `online` is one of them."""
    found = [gathering.venue.area] if gathering.venue and gathering.mode != "online" else []
    return [*found, "online"] if gathering.mode in {"online", "both"} else found


def plain(text: str) -> str:
    """For comparing: lower case, without accents."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def _first_of(month: str) -> datetime | None:
    try:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=ZoneInfo(current().zone))
    except ValueError:
        return None
    return first if 2000 <= first.year <= 2100 else None
