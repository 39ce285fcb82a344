"""The verbs of booking."""

from retreats.booking.service.cancel import AlreadyCancelled, TooLateToCancel, cancel_places, refund_quote
from retreats.booking.service.confirm import confirm
from retreats.booking.service.hold import extend_for_bank, hold_ends, lapse_due, lapse_overdue, release
from retreats.booking.service.register import (
    AlreadyBooked,
    Attendee,
    Contact,
    Party,
    TermsNotAccepted,
    register,
)
from retreats.booking.service.wait import join_waiting_list

__all__ = [
    "AlreadyBooked",
    "AlreadyCancelled",
    "Attendee",
    "Contact",
    "Party",
    "TermsNotAccepted",
    "TooLateToCancel",
    "cancel_places",
    "confirm",
    "extend_for_bank",
    "hold_ends",
    "join_waiting_list",
    "lapse_due",
    "lapse_overdue",
    "refund_quote",
    "register",
    "release",
]
