"""A calendar entry that does not say what it is: for a calendar that others read too."""

from __future__ import annotations

from dataclasses import replace

from babel.lists import format_list
from flask_babel import gettext as _

from retreats.booking.addresses import outward
from retreats.calendar import Entry
from retreats.catalogue.models import Gathering
from retreats.languages import language, locale_of


def neutral_title(gathering: Gathering) -> str:
    """`Workshop with Mira and Ana`, whatever it is. First names only: a whole name is found in a moment."""
    names = [_first(each.facilitator.person.name) for each in gathering.leaders]
    if not names:
        return _("Workshop")
    return _("Workshop with %(names)s", names=format_list(names, locale=locale_of(language())))


def without_telling(entry: Entry, gathering: Gathering, *, exact: bool) -> Entry:
    """The entry with day, hour and address, and nothing of what it is.

    Neither the house's name nor any link stands in its words: the own link opens a page that says everything.
    """
    words = _("How to change or cancel stands in our letters to you. Answering this entry changes nothing.")
    return replace(entry, description=words, location=_where(gathering, exact=exact), url=outward("/me/"))


def _where(gathering: Gathering, *, exact: bool) -> str:
    """The bare address: what a house is called may say what happens there. Never the way in online."""
    if gathering.mode == "online":
        return _("Online")
    venue = gathering.venue
    return "" if venue is None else venue.address if exact else venue.area


def _first(name: str) -> str:
    """`Ana` of `Dr. Ana Sousa`."""
    words = name.split()
    return next((word for word in words if not word.endswith(".")), name)
