"""Calendar objects (RFC 5545, 5546) out of plain values. The same values give the same octets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vDuration, vText

from retreats import wall
from retreats.calendar import zones

REFRESH = timedelta(hours=1)
"""How often a program that subscribed may ask again. Google does not heed it."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, kw_only=True)
class Party:
    """Somebody with a mail address."""

    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One calendar entry. Instants are UTC; an all-day entry has dates, and `end` is its last day."""

    uid: str
    sequence: int
    stamp: datetime
    created: datetime
    modified: datetime
    start: datetime | date
    end: datetime | date
    zone: str
    title: str
    description: str
    location: str
    url: str
    status: Literal["confirmed", "tentative", "cancelled"] = "confirmed"
    opaque: bool = True
    geo: tuple[float, float] | None = None


def invite(entry: Entry, *, organiser: Party, attendee: Party) -> bytes:
    """METHOD:REQUEST for one attendee."""
    return _message("REQUEST", entry, organiser, attendee)


def cancellation(entry: Entry, *, organiser: Party, attendee: Party) -> bytes:
    """METHOD:CANCEL for one attendee."""
    return _message("CANCEL", entry, organiser, attendee)


def _message(method: str, entry: Entry, organiser: Party, attendee: Party) -> bytes:
    calendar = _calendar(method, [entry])
    event = _event(entry)
    if method == "CANCEL":
        event["STATUS"] = vText("CANCELLED")
    event.add("organizer", _address(organiser))
    guest = _address(attendee)
    guest.params.update({"PARTSTAT": "ACCEPTED", "RSVP": "FALSE", "ROLE": "REQ-PARTICIPANT", "CUTYPE": "INDIVIDUAL"})
    event.add("attendee", guest)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _address(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.email}")
    address.params["CN"] = " ".join(_CONTROLS.sub("", party.name).replace('"', "").split())
    return address


def feed(name: str, entries: Iterable[Entry], *, organiser: Party, zone: str, url: str) -> bytes:
    """METHOD:PUBLISH: a calendar to subscribe to. It names the house and nobody else."""
    found = list(entries)
    calendar = _calendar("PUBLISH", found)
    calendar.add("name", vText(name))
    calendar.add("x-wr-calname", vText(name))
    calendar.add("x-wr-timezone", vText(zone))
    calendar.add("refresh-interval", vDuration(REFRESH), {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    calendar.add("url", url)
    for entry in found:
        event = _event(entry)
        event.add("organizer", _address(organiser))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def download(entries: Iterable[Entry]) -> bytes:
    """A file of entries."""
    found = list(entries)
    calendar = _calendar(None, found)
    for entry in found:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _calendar(method: str | None, entries: list[Entry]) -> Calendar:
    """Its properties (METHOD before any component: some programs look no further) and the zones of its entries."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Retreats//EN")
    calendar.add("calscale", "GREGORIAN")
    if method is not None:
        calendar.add("method", method)
    for zone in sorted({entry.zone for entry in entries if _is_local(entry)}):
        calendar.add_component(zones.component(zone))
    return calendar


def _is_local(entry: Entry) -> bool:
    """Whether its times are written as the clock at the place shows them.

    Not for a day, not in a zone without a plain yearly rule, and not in the hour that autumn repeats: readers differ there.
    """
    if entry.zone not in zones.KNOWN:
        return False
    moments = [each for each in (entry.start, entry.end) if isinstance(each, datetime)]
    return bool(moments) and all(wall.is_second(each, entry.zone) is None for each in moments)


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamp)
    event.add("created", entry.created)
    event.add("last-modified", entry.modified)
    event.add("dtstart", _when(entry, entry.start))
    event.add("dtend", _when(entry, entry.end if isinstance(entry.end, datetime) else entry.end + timedelta(days=1)))
    event.add("summary", _CONTROLS.sub("", entry.title))
    event.add("description", _CONTROLS.sub("", entry.description))
    event.add("location", _CONTROLS.sub("", entry.location))
    event.add("url", entry.url)
    event.add("status", entry.status.upper())
    event.add("transp", "OPAQUE" if entry.opaque else "TRANSPARENT")
    return event


def _when(entry: Entry, moment: datetime | date) -> datetime | date:
    if not isinstance(moment, datetime):
        return moment
    return moment.astimezone(ZoneInfo(entry.zone) if _is_local(entry) else UTC)
