"""The calendar entry of one place, out of the gathering as it stands."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

from flask_babel import gettext as _

from retreats.booking.addresses import outward, place_path
from retreats.booking.discreet import neutral_title, without_telling
from retreats.booking.models import Place
from retreats.calendar import Entry
from retreats.catalogue.models import Gathering
from retreats.languages import clock_time, day, local, t


def entry_for(place: Place, *, stamp: datetime, sequence: int | None = None) -> Entry:
    """What a calendar gets. Several days are one all-day entry with the programme in its words.

    The address and the way in online stand in it only while the place is confirmed; what it is, unless it is discreet.
    """
    gathering, exact = place.gathering, place.state == "confirmed"
    start, end = start_and_end(gathering)
    entry = Entry(
        uid=place.uid,
        sequence=place.sequence if sequence is None else sequence,
        stamp=stamp,
        created=place.confirmed_at or place.changed_at,
        modified=place.changed_at,
        start=start,
        end=end,
        zone=gathering.zone,
        title=title_of(gathering, is_discreet=place.is_discreet),
        description=_description(place, gathering, exact=exact),
        location=location_of(gathering) if exact else public_location_of(gathering),
        url=outward(place_path(place)),
        status="cancelled" if place.state == "cancelled" else status_of(gathering),
        opaque=gathering.postponed_at is None,
        geo=_geo(gathering) if exact else None,
    )
    return without_telling(entry, gathering, exact=exact) if place.is_discreet else entry


def title_of(gathering: Gathering, *, is_discreet: bool = False) -> str:
    """Its title, which says so while it is postponed: few programs show anything else of an uncertain entry."""
    title = neutral_title(gathering) if is_discreet else t(gathering.title)
    return title if gathering.postponed_at is None else _("Postponed: %(title)s", title=title)


def status_of(gathering: Gathering) -> Literal["confirmed", "tentative", "cancelled"]:
    """As calendars say it. What is postponed keeps its old day, uncertain, until there is a new one."""
    if gathering.state == "cancelled":
        return "cancelled"
    return "confirmed" if gathering.postponed_at is None else "tentative"


def start_and_end(gathering: Gathering) -> tuple[datetime | date, datetime | date]:
    """Its moments, or its first and last day where it takes several."""
    if gathering.starts_at is None or gathering.ends_at is None:
        message = "A gathering without dates has no calendar entry."
        raise ValueError(message)
    first, last = local(gathering.starts_at, gathering.zone), local(gathering.ends_at, gathering.zone)
    if first.date() != last.date() and gathering.ends_at - gathering.starts_at > timedelta(hours=18):
        return first.date(), last.date()
    return gathering.starts_at, gathering.ends_at


def public_location_of(gathering: Gathering) -> str:
    """One line that everybody may read: the house and its area, never the address or the way in online."""
    if gathering.mode == "online":
        return _("Online")
    return f"{gathering.venue.name}, {gathering.venue.area}" if gathering.venue else ""


def location_of(gathering: Gathering) -> str:
    """One line: the address, or the way in online."""
    if gathering.mode == "online":
        return gathering.online_link or _("Online")
    venue = gathering.venue
    return f"{venue.name}, {venue.address}" if venue else ""


def _geo(gathering: Gathering) -> tuple[float, float] | None:
    venue = gathering.venue
    if venue is None or gathering.mode == "online" or venue.latitude is None or venue.longitude is None:
        return None
    return venue.latitude, venue.longitude


def _description(place: Place, gathering: Gathering, *, exact: bool) -> str:
    lines = [t(gathering.summary)]
    if gathering.postponed_at is not None:
        lines.insert(0, _("The date of this entry does not hold; the new one is not set yet."))
    lines += [
        f"{day(each.starts_at, gathering.zone, year=False)} "
        f"{clock_time(each.starts_at, gathering.zone)}–{clock_time(each.ends_at, gathering.zone)} {t(each.title)}"
        for each in gathering.sessions
    ]
    if exact and gathering.mode in {"online", "both"} and gathering.online_link:
        lines.append(_("Online: %(link)s", link=gathering.online_link))
    lines.append(_("To change or cancel, use your own page (answering this entry changes nothing): %(link)s",
                   link=outward(place_path(place))))  # fmt: skip
    return "\n\n".join(line for line in lines if line)
