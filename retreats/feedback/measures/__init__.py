"""What may be said of small groups: counts and their bounds, intervals, the usual range, and three sentences.

No means, no decimals, no stars, no comparison of people. Shares are (how many, of how many).
"""

from retreats.feedback.measures.intervals import Interval, bounds, newcombe, wilson
from retreats.feedback.measures.trend import Judgement, Verdict, judge
from retreats.feedback.measures.usual import spread, usual_range

__all__ = ["Interval", "Judgement", "Verdict", "bounds", "judge", "newcombe", "spread", "usual_range", "wilson"]
