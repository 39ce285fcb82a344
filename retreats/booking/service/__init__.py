"""The verbs of booking."""

from retreats.booking.service.attend import PRESENCES, NotBegun, mark
from retreats.booking.service.cancel import (
    AlreadyCancelled,
    TooLateToCancel,
    cancel_places,
    give_everything_back,
    refund_quote,
)
from retreats.booking.service.confirm import confirm
from retreats.booking.service.hold import (
    extend_for_bank,
    hold_ends,
    is_overdue,
    keep_at_least,
    lapse_due,
    lapse_overdue,
    minutes_left,
    next_lapse,
    release,
)
from retreats.booking.service.moves import entry_mark, follow_moves
from retreats.booking.service.owing import balance, came_in, owed, still_taken
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
    "PRESENCES",
    "AlreadyBooked",
    "AlreadyCancelled",
    "Attendee",
    "Contact",
    "NotBegun",
    "Party",
    "TermsNotAccepted",
    "TooLateToCancel",
    "balance",
    "came_in",
    "cancel_places",
    "confirm",
    "entry_mark",
    "extend_for_bank",
    "follow_moves",
    "give_everything_back",
    "hold_ends",
    "is_overdue",
    "join_waiting_list",
    "keep_at_least",
    "lapse_due",
    "lapse_overdue",
    "mark",
    "minutes_left",
    "next_lapse",
    "owed",
    "refund_quote",
    "register",
    "release",
    "still_taken",
]
