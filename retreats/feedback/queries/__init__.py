"""Reads of the loop that other slices need."""

from retreats.feedback.queries.asking import Asking, asking_at
from retreats.feedback.queries.caring import is_care_contact
from retreats.feedback.queries.counting import Figures, figures, listening_line
from retreats.feedback.queries.learning import Taught, taught_by, taught_us
from retreats.feedback.queries.organising import LoopRow, loop_row
from retreats.feedback.queries.public import Said, you_said_we_changed

__all__ = [
    "Asking",
    "Figures",
    "LoopRow",
    "Said",
    "Taught",
    "asking_at",
    "figures",
    "is_care_contact",
    "listening_line",
    "loop_row",
    "taught_by",
    "taught_us",
    "you_said_we_changed",
]
