"""Reads of the loop that other slices need."""

from retreats.feedback.queries.counting import Figures, figures, listening_line
from retreats.feedback.queries.organising import LoopRow, loop_row
from retreats.feedback.queries.public import Said, you_said_we_changed

__all__ = ["Figures", "LoopRow", "Said", "figures", "listening_line", "loop_row", "you_said_we_changed"]
