"""Links that put a copy of an entry into somebody's calendar on the web."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from retreats.calendar.build import Entry


def google_link(entry: Entry) -> str:
    """Google's template address; an all-day end is exclusive there."""
    if isinstance(entry.start, datetime) and isinstance(entry.end, datetime):
        dates = f"{entry.start.astimezone(UTC):%Y%m%dT%H%M%SZ}/{entry.end.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    else:
        dates = f"{_day(entry.start):%Y%m%d}/{_day(entry.end) + timedelta(days=1):%Y%m%d}"
    query = {
        "action": "TEMPLATE",
        "text": entry.title,
        "dates": dates,
        "location": entry.location,
        "details": entry.url,
    }
    return f"https://calendar.google.com/calendar/render?{urlencode(query)}"


def outlook_link(entry: Entry) -> str:
    """Outlook's compose address."""
    query = {"path": "/calendar/action/compose", "rru": "addevent", "subject": entry.title,
             "startdt": _iso(entry.start), "enddt": _iso(entry.end), "location": entry.location,
             "body": entry.url}  # fmt: skip
    return f"https://outlook.live.com/calendar/0/deeplink/compose?{urlencode(query)}"


def _day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _iso(moment: datetime | date) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if isinstance(moment, datetime) else f"{moment:%Y-%m-%d}"
