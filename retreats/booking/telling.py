"""What happened to a registration, in sentences."""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from retreats.languages import money
from retreats.outbox.models import Event

SENTENCES: dict[str, LazyString] = {
    "RegistrationHeld": _l("Booked; the places are kept until they are paid for."),
    "RegistrationConfirmed": _l("Confirmed."),
    "HoldLapsed": _l("Nobody paid in time; the places are free again."),
    "PlaceCancelled": _l("One place was cancelled."),
    "PlaceUnavailable": _l("It was paid for after the places had gone."),
    "BookingLinkAsked": _l("The link of this booking was asked for once more."),
    "AttendanceMarked": _l("Attendance was marked."),
    "CheckoutOpened": _l("The payment page was opened."),
    "PaymentUnsure": _l("It is not sure what became of a payment: Stripe is asked."),
    "PaymentAwaited": _l("The bank is on its way; the places are kept until it has answered."),
    "TooMuchPaid": _l("More was paid than the places cost: %(amount)s goes back."),
    "PaymentReceived": _l("Paid: %(amount)s"),
    "PaymentFailed": _l("The payment failed."),
    "RefundRequested": _l("A refund was asked for: %(amount)s"),
    "RefundMade": _l("Refunded: %(amount)s"),
    "RefundFailed": _l("The refund failed."),
    "PaymentDisputed": _l("The payment was disputed: %(amount)s"),
    "LetterWritten": _l("A letter was written."),
}
"""One for each event that carries a registration's id; a test holds the list to the events."""


def sentence(event: Event) -> str:
    """One event row as an organiser reads it."""
    said = str(SENTENCES[event.name])
    return said % {"amount": _amount(event.payload)} if "%(amount)s" in said else said


def _amount(payload: dict[str, Any]) -> str:
    return money(int(payload.get("amount_minor", 0)), str(payload.get("currency", "EUR")).upper())
