"""A list of registrations as a table for a file: exactly those that fit, with exactly the columns that were chosen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext as _

from retreats.booking import listing
from retreats.booking.columns import COLUMNS, state_word
from retreats.booking.models import Registration
from retreats.booking.wanted import Wanted
from retreats.db import let_go
from retreats.languages import local
from retreats.spreadsheets import Value

AT_ONCE = 250
"""How many rows are in memory."""


def heads(wanted: Wanted) -> list[str]:
    """What the columns are called, in the reader's language."""
    return [_("Booked by"), *(str(COLUMNS[key].label) for key in wanted.columns), *_currency_head(wanted)]


def rows(wanted: Wanted, *, now: datetime) -> Iterator[list[Value]]:
    """The rows, the latest first, read piece by piece; nothing is held open between two pieces."""
    after = ""
    while True:
        found = listing.page_of(wanted, now=now, after=after, most=AT_ONCE)
        for registration in found.rows:
            yield _row(registration, wanted)
        let_go()
        if not found.older:
            return
        after = found.older


def _row(registration: Registration, wanted: Wanted) -> list[Value]:
    cells = [_cell(registration, key) for key in wanted.columns]
    return [registration.booker.name, *cells, *([registration.currency] if _currency_head(wanted) else [])]


def _cell(registration: Registration, key: str) -> Value:
    column = COLUMNS[key]
    value = column.value(registration)
    if isinstance(value, datetime):
        return local(value, registration.gathering.zone).replace(tzinfo=None)
    if column.kind == "money":
        return Decimal(value or 0) / 100
    return state_word(str(value)) if column.kind == "state" else value


def _currency_head(wanted: Wanted) -> list[str]:
    return [_("Currency")] if any(COLUMNS[key].kind == "money" for key in wanted.columns) else []
