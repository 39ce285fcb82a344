"""The columns that a list of registrations can have, on the page and in a file. None of them is an answer or a note."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from retreats import clock
from retreats.booking.models import Registration
from retreats.booking.service.hold import hold_ends, is_overdue
from retreats.booking.service.owing import balance, owed, still_taken
from retreats.languages import t

Kind = Literal["text", "number", "money", "moment", "state", "gathering"]
Cell = str | int | datetime | None


@dataclass(frozen=True)
class Column:
    """What it is called, what it holds for a registration, and as what that is shown."""

    label: LazyString
    value: Callable[[Registration], Cell]
    kind: Kind = "text"


def state_of(registration: Registration) -> str:
    """Its state as it is now, whether or not somebody has noticed yet that its hold is over."""
    return "lapsed" if is_overdue(registration, now=clock.now()) else registration.state


def usual(*, in_one: bool) -> tuple[str, ...]:
    """The columns of a list for which nobody chose any; `in_one`: all of one gathering."""
    return USUAL[1:] if in_one else USUAL


def state_word(state: str) -> str:
    """The state in a word, for a file."""
    return {
        "held": _("kept, not paid yet"),
        "confirmed": _("confirmed"),
        "lapsed": _("lapsed, not paid in time"),
        "cancelled": _("cancelled"),
    }[state]


def _comes(registration: Registration) -> str:
    return ", ".join(place.called for place in still_taken(registration) or registration.places)


def _tickets(registration: Registration) -> str:
    names = (t(place.ticket_type.name) for place in still_taken(registration) or registration.places)
    return ", ".join(dict.fromkeys(names))


def _owed(registration: Registration) -> int:
    return 0 if state_of(registration) == "lapsed" else owed(registration)


def _pays_by(registration: Registration) -> str:
    return {"cash": _("in cash"), "transfer": _("by bank transfer")}.get(registration.pays_by or "", "")


def _language(registration: Registration) -> str:
    return {"en": _("English"), "pt": _("Portuguese")}[registration.language]


COLUMNS: dict[str, Column] = {
    "gathering": Column(_l("Gathering"), lambda each: t(each.gathering.title) or each.gathering.slug, "gathering"),
    "begins": Column(_l("Begins"), lambda each: each.gathering.starts_at, "moment"),
    "comes": Column(_l("Comes"), _comes),
    "places": Column(_l("Places"), lambda each: len(still_taken(each)), "number"),
    "ticket": Column(_l("Kind of place"), _tickets),
    "address": Column(_l("Address"), lambda each: each.booker.email),
    "language": Column(_l("Language"), _language),
    "reference": Column(_l("Reference"), lambda each: each.reference),
    "state": Column(_l("State"), state_of, "state"),
    "until": Column(_l("Kept until"), hold_ends, "moment"),
    "agreed": Column(_l("Agreed"), lambda each: each.agreed_minor, "money"),
    "holds": Column(_l("The house holds"), balance, "money"),
    "owed": Column(_l("Owed"), _owed, "money"),
    "pays_by": Column(_l("Paid how"), _pays_by),
    "booked": Column(_l("When booked"), lambda each: each.registered_at, "moment"),
}
"""In the order in which they stand; before all of them, whoever booked."""
USUAL = ("gathering", "comes", "state", "agreed", "holds", "booked")
