"""What happened to a registration, in sentences."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from retreats.booking.models import Registration
from retreats.languages import day_and_time, money
from retreats.outbox.models import Event

SENTENCES: dict[str, LazyString] = {
    "RegistrationHeld": _l("Booked; the places are kept until they are paid for."),
    "RegistrationConfirmed": _l("Confirmed."),
    "HoldLapsed": _l("Nobody paid in time; the places are free again."),
    "PlaceCancelled": _l("The place of %(who)s was cancelled; %(amount)s goes back."),
    "PlaceUnavailable": _l("It was paid for after the places had gone."),
    "BookingLinkAsked": _l("The link of this booking was asked for once more."),
    "ChosenAmongMany": _l("Chosen with others for one action."),
    "BookedByHouse": _l("Booked by the house; to be paid by the link in the letter."),
    "ConfirmedUnpaid": _l("The places were confirmed although %(amount)s is still owed."),
    "HoldExtended": _l("The places are kept until %(until)s."),
    "AttendeeRenamed": _l("The name of %(who)s was corrected."),
    "PlaceReaddressed": _l("%(who)s is reached at another address from now on."),
    "BookerReaddressed": _l("The booking belongs to another address from now on."),
    "BookingLanguageChanged": _l("Letters are written in English from now on."),
    "LetterSentAgain": _l("A letter was sent once more."),
    "HouseNoteWritten": _l("A note for the house was written."),
    "HouseNoteRemoved": _l("A note for the house was deleted."),
    "AttendanceMarked": _l("%(who)s was there."),
    "CheckoutOpened": _l("The payment page was opened."),
    "PaymentUnsure": _l("It is not sure what became of a payment: Stripe is asked."),
    "PaymentAwaited": _l("The bank is on its way; the places are kept until it has answered."),
    "TooMuchPaid": _l("More was paid than the places cost: %(amount)s goes back."),
    "PaymentReceived": _l("Paid: %(amount)s"),
    "PaymentFailed": _l("The payment failed."),
    "PaidByHand": _l("Received in cash: %(amount)s"),
    "RefundedByHand": _l("Paid back in cash: %(amount)s"),
    "EntryReversed": _l("An entry of %(amount)s was a mistake and was taken back."),
    "RefundRequested": _l("A refund was asked for: %(amount)s"),
    "RefundMade": _l("Refunded: %(amount)s"),
    "RefundFailed": _l("The refund failed."),
    "PaymentDisputed": _l("The payment was disputed: %(amount)s"),
    "LetterWritten": _l("A letter was written."),
}
"""One for each event that carries a registration's id; a test holds the list to the events."""

OTHERWISE: dict[tuple[str, str, object], LazyString] = {
    ("PlaceCancelled", "refund_minor", 0): _l("The place of %(who)s was cancelled; nothing goes back."),
    ("BookedByHouse", "pays_by", "cash"): _l("Booked by the house; to be paid in cash."),
    ("BookedByHouse", "pays_by", "transfer"): _l("Booked by the house; to be paid by bank transfer."),
    ("BookedByHouse", "pays_by", "free"): _l("Booked by the house, free of charge."),
    ("BookingLanguageChanged", "language", "pt"): _l("Letters are written in Portuguese from now on."),
    ("AttendanceMarked", "presence", "missed"): _l("%(who)s was not there."),
    ("PaidByHand", "way", "transfer"): _l("Received by bank transfer: %(amount)s"),
    ("RefundedByHand", "way", "transfer"): _l("Paid back by bank transfer: %(amount)s"),
}
"""What is said instead when a field of the event has this value."""


def sentence(event: Event, registration: Registration) -> str:
    """One event row as an organiser reads it."""
    payload: dict[str, Any] = event.payload
    others = (words for (name, field, value), words in OTHERWISE.items()
              if name == event.name and payload.get(field) == value)  # fmt: skip
    said = str(next(others, SENTENCES[event.name]))
    return said % _facts(payload, registration) if "%(" in said else said


def _facts(payload: dict[str, Any], registration: Registration) -> dict[str, str]:
    amount = payload.get("amount_minor", payload.get("refund_minor", 0))
    place = next((each for each in registration.places if each.id == payload.get("place_id")), None)
    until = datetime.fromtimestamp(payload.get("until", 0), UTC)
    return {
        "amount": money(int(amount), str(payload.get("currency", registration.currency)).upper()),
        "who": place.name if place else _("somebody"),
        "until": day_and_time(until, registration.gathering.zone),
    }
