"""The verbs of letters to a gathering."""

from retreats.mailings.service.deciding import AlreadyGone, hold_back, let_go, skip
from retreats.mailings.service.taking_over import take_over
from retreats.mailings.service.timed import (
    Setting,
    after_a_move,
    for_latecomers,
    letters_due,
    next_letter,
    pass_over,
    sending_name,
    set_letter,
    write_timed,
)
from retreats.mailings.service.write import (
    AlreadySent,
    ChangedMeanwhile,
    NobodyToWriteTo,
    Words,
    discard,
    draft,
    revise,
    send_out,
    sending_of,
    stop,
    try_out,
    write_letters,
)

__all__ = [
    "AlreadyGone",
    "AlreadySent",
    "ChangedMeanwhile",
    "NobodyToWriteTo",
    "Setting",
    "Words",
    "after_a_move",
    "discard",
    "draft",
    "for_latecomers",
    "hold_back",
    "let_go",
    "letters_due",
    "next_letter",
    "pass_over",
    "revise",
    "send_out",
    "sending_name",
    "sending_of",
    "set_letter",
    "skip",
    "stop",
    "take_over",
    "try_out",
    "write_letters",
    "write_timed",
]
