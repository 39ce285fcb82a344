"""Time zones as calendar programs understand them: one yearly rule for summer and one for winter, before every event.

Desktop Outlook reads no lists of dates (RDATE), so these are written here and not taken from a library. They cover the
zones that follow the European rule (since 1996: 01:00 UTC on the last Sundays of March and October, Directive 2000/84/EC);
a moment in any other zone is written in UTC, which every program shows rightly.
"""

from __future__ import annotations

from icalendar import Component, Timezone

_WEST, _MIDDLE, _EAST = (0, "WET", "WEST"), (1, "CET", "CEST"), (2, "EET", "EEST")
_EUROPEAN = {
    "Europe/Lisbon": _WEST,
    "Atlantic/Madeira": _WEST,
    "Atlantic/Canary": _WEST,
    "Atlantic/Azores": (-1, "-01", "+00"),
    "Europe/London": (0, "GMT", "BST"),
    "Europe/Dublin": (0, "GMT", "IST"),
    **dict.fromkeys(
        (f"Europe/{city}" for city in ("Amsterdam", "Berlin", "Brussels", "Budapest", "Copenhagen", "Ljubljana", "Luxembourg",
                                       "Madrid", "Oslo", "Paris", "Prague", "Rome", "Stockholm", "Vienna", "Warsaw",
                                       "Zagreb", "Zurich")),
        _MIDDLE,
    ),
    **dict.fromkeys((f"Europe/{city}" for city in ("Athens", "Bucharest", "Helsinki", "Sofia")),
                    _EAST),
}  # fmt: skip
"""The offset in winter, in hours, and the names in winter and summer."""
_TEMPLATE = """\
BEGIN:VTIMEZONE
TZID:{zone}
BEGIN:DAYLIGHT
DTSTART:19970330T{spring:02}0000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:{winter}
TZOFFSETTO:{summer}
TZNAME:{summer_name}
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T{autumn:02}0000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:{summer}
TZOFFSETTO:{winter}
TZNAME:{winter_name}
END:STANDARD
END:VTIMEZONE
"""
KNOWN = frozenset(_EUROPEAN)


def component(zone: str) -> Component:
    """The VTIMEZONE of a zone in KNOWN."""
    hours, winter_name, summer_name = _EUROPEAN[zone]
    text = _TEMPLATE.format(zone=zone, spring=1 + hours, autumn=2 + hours, winter=_offset(hours),
                            summer=_offset(hours + 1), winter_name=winter_name, summer_name=summer_name)  # fmt: skip
    return Timezone.from_ical(text.replace("\n", "\r\n"))


def _offset(hours: int) -> str:
    return f"{'-' if hours < 0 else '+'}{abs(hours):02}00"
