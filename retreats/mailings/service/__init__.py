"""The verbs of letters to a gathering."""

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
    "AlreadySent",
    "ChangedMeanwhile",
    "NobodyToWriteTo",
    "Words",
    "discard",
    "draft",
    "revise",
    "send_out",
    "sending_of",
    "stop",
    "try_out",
    "write_letters",
]
