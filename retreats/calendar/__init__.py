"""Calendars: invites, cancellations and feeds, built from plain values; it knows no table and no request."""

from retreats.calendar.build import Entry, Party, cancellation, download, feed, invite
from retreats.calendar.links import google_link, outlook_link

__all__ = ["Entry", "Party", "cancellation", "download", "feed", "google_link", "invite", "outlook_link"]
