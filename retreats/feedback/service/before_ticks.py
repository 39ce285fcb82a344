"""What the clock brings about before a gathering and beside it: answers and complaints that are late."""

from retreats.feedback.service import asking, complaints

TICKS = (asking.late_due, complaints.late_due)
NEXT_DUE = (asking.next_late, complaints.next_late)
