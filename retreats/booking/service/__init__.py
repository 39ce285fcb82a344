"""The verbs of booking."""

from retreats.booking.service.attend import PRESENCES, NotBegun, mark
from retreats.booking.service.by_house import LONGER_HOLD, WAYS, Arrangement, latest_hold, register_by_house
from retreats.booking.service.cancel import (
    REFUNDS,
    AlreadyCancelled,
    QuoteChanged,
    TooLateToCancel,
    cancel_by_house,
    cancel_places,
    give_everything_back,
    refund_quote,
    refund_quotes,
)
from retreats.booking.service.confirm import confirm, confirm_now
from retreats.booking.service.correct import note_down, remove_note, rename, speak
from retreats.booking.service.decide import (
    HoldNotLonger,
    NotHeld,
    confirm_unpaid,
    heed_correction,
    heed_payment,
    keep_until,
)
from retreats.booking.service.discreet import word_entry
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
from retreats.booking.service.lists import TooManyLists, forget_list, keep_list, note_export
from retreats.booking.service.many import ACTIONS, NothingToSend, begin_for_many, fan_out, take_turn
from retreats.booking.service.moves import entry_mark, follow_moves
from retreats.booking.service.owing import balance, came_in, due_back, owed, paid, still_taken
from retreats.booking.service.people import Booked, booked_by, both_booked, follow_address, follow_name, take_over
from retreats.booking.service.promises import tell_promise
from retreats.booking.service.readdress import ChangedMeanwhile, readdress_booker, readdress_place
from retreats.booking.service.register import (
    AlreadyBooked,
    Attendee,
    Contact,
    Party,
    TermsNotAccepted,
    register,
)
from retreats.booking.service.resend import OURS, LetterNoLongerTrue, send_again, shelves
from retreats.booking.service.wait import join_waiting_list

__all__ = [
    "ACTIONS",
    "LONGER_HOLD",
    "OURS",
    "PRESENCES",
    "REFUNDS",
    "WAYS",
    "AlreadyBooked",
    "AlreadyCancelled",
    "Arrangement",
    "Attendee",
    "Booked",
    "ChangedMeanwhile",
    "Contact",
    "HoldNotLonger",
    "LetterNoLongerTrue",
    "NotBegun",
    "NotHeld",
    "NothingToSend",
    "Party",
    "QuoteChanged",
    "TermsNotAccepted",
    "TooLateToCancel",
    "TooManyLists",
    "balance",
    "begin_for_many",
    "booked_by",
    "both_booked",
    "came_in",
    "cancel_by_house",
    "cancel_places",
    "confirm",
    "confirm_now",
    "confirm_unpaid",
    "due_back",
    "entry_mark",
    "extend_for_bank",
    "fan_out",
    "follow_address",
    "follow_moves",
    "follow_name",
    "forget_list",
    "give_everything_back",
    "heed_correction",
    "heed_payment",
    "hold_ends",
    "is_overdue",
    "join_waiting_list",
    "keep_at_least",
    "keep_list",
    "keep_until",
    "lapse_due",
    "lapse_overdue",
    "latest_hold",
    "mark",
    "minutes_left",
    "next_lapse",
    "note_down",
    "note_export",
    "owed",
    "paid",
    "readdress_booker",
    "readdress_place",
    "refund_quote",
    "refund_quotes",
    "register",
    "register_by_house",
    "release",
    "remove_note",
    "rename",
    "send_again",
    "shelves",
    "speak",
    "still_taken",
    "take_over",
    "take_turn",
    "tell_promise",
    "word_entry",
]
