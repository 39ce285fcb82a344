"""The verbs of the loop, by stage."""

from retreats.feedback.service.after import (
    Care,
    FormClosed,
    Given,
    NamelessNotOffered,
    Submission,
    Words,
    decide_on_held,
    give,
    withdraw_sealed,
)
from retreats.feedback.service.answer import (
    MeantForThisPersonToo,
    NothingWritten,
    acknowledge,
    leave_closed,
    open_batches,
    reply,
)
from retreats.feedback.service.author import NotAsked, say_whether_it_met, withdraw_point, write_back
from retreats.feedback.service.care import close_case, look_at, move_case, note_down
from retreats.feedback.service.check_in import (
    CheckInFixed,
    CheckInNotOver,
    answer_check_in,
    ask_for_own_link,
    switch_check_in,
)
from retreats.feedback.service.decide import (
    AlreadyDecided,
    Decided,
    decide,
    make,
    show_changes,
    show_made,
)
from retreats.feedback.service.intention import Intention, IntentionClosed, MarkNeedsReason, give_intention, mark
from retreats.feedback.service.organise import NothingLate, NotPutOff, nudge, put_off
from retreats.feedback.service.personal import both_looked_back, export, forget, take_over
from retreats.feedback.service.reflection import ReflectionOver, reflect
from retreats.feedback.service.release import shred
from retreats.feedback.service.rounds import Spoken, decide_on_held_round, give_round, withdraw_round
from retreats.feedback.service.talks import ask_to_talk, say_met
from retreats.feedback.service.unquotable import QuotesSomebody

__all__ = [
    "AlreadyDecided",
    "Care",
    "CheckInFixed",
    "CheckInNotOver",
    "Decided",
    "FormClosed",
    "Given",
    "Intention",
    "IntentionClosed",
    "MarkNeedsReason",
    "MeantForThisPersonToo",
    "NamelessNotOffered",
    "NotAsked",
    "NotPutOff",
    "NothingLate",
    "NothingWritten",
    "QuotesSomebody",
    "ReflectionOver",
    "Spoken",
    "Submission",
    "Words",
    "acknowledge",
    "answer_check_in",
    "ask_for_own_link",
    "ask_to_talk",
    "both_looked_back",
    "close_case",
    "decide",
    "decide_on_held",
    "decide_on_held_round",
    "export",
    "forget",
    "give",
    "give_intention",
    "give_round",
    "leave_closed",
    "look_at",
    "make",
    "mark",
    "move_case",
    "note_down",
    "nudge",
    "open_batches",
    "put_off",
    "reflect",
    "reply",
    "say_met",
    "say_whether_it_met",
    "show_changes",
    "show_made",
    "shred",
    "switch_check_in",
    "take_over",
    "withdraw_point",
    "withdraw_round",
    "withdraw_sealed",
    "write_back",
]
