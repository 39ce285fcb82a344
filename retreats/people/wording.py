"""Letters in a few words, without composing them."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

_LETTERS = {
    "accounts.invitation": _l("You have a role now"),
    "accounts.second_factor": _l("Your second factor was changed"),
    "people.merged": _l("Two records are one"),
    "booking.confirmation": _l("Your booking is confirmed"),
    "booking.place_confirmation": _l("A place was booked for you"),
    "booking.held": _l("A place is kept for you"),
    "booking.lapsed": _l("The place was not paid in time"),
    "booking.link_again": _l("The link of your booking"),
    "booking.cancellation": _l("A place was given back"),
    "booking.place_cancellation": _l("Your place was given back"),
    "booking.moved": _l("New time or place"),
    "booking.place_moved": _l("New time or place"),
    "booking.place_unavailable": _l("The place was gone"),
    "payments.awaited": _l("Your bank is on its way"),
    "payments.failed": _l("The payment did not go through"),
    "payments.refunded": _l("Money went back"),
    "payments.refund_failed": _l("Money could not go back"),
}


def letter_words(kind: str) -> str:
    """What a letter of this kind is about."""
    found = _LETTERS.get(kind)
    return str(found) if found is not None else _("A letter from the house")
