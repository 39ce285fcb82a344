"""Calendar objects (RFC 5545, 5546) out of plain values. The same values give the same octets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from icalendar import Calendar, Event, vCalAddress, vText


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
    calendar = _calendar()
    calendar.add("method", method)
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
    address.params["CN"] = party.name
    return address


def feed(name: str, entries: Iterable[Entry], *, zone: str, url: str) -> bytes:
    """A calendar to subscribe to."""
    calendar = _calendar()
    calendar.add("name", name)
    calendar.add("x-wr-calname", vText(name))
    calendar.add("x-wr-timezone", vText(zone))
    calendar.add("url", url)
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def download(entries: Iterable[Entry]) -> bytes:
    """A file of entries."""
    calendar = _calendar()
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Retreats//EN")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamp)
    event.add("created", entry.created)
    event.add("last-modified", entry.modified)
    event.add("dtstart", entry.start)
    event.add("dtend", entry.end if isinstance(entry.end, datetime) else entry.end + timedelta(days=1))
    event.add("summary", entry.title)
    event.add("description", entry.description)
    event.add("location", entry.location)
    event.add("url", entry.url)
    event.add("status", entry.status.upper())
    event.add("transp", "OPAQUE" if entry.opaque else "TRANSPARENT")
    return event
