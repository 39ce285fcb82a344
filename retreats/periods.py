"""How long things are kept: every period of the house, in one place. Each slice says what is due, and deletes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

HEALTH = timedelta(days=14)
"""What is said about health: after the end of the gathering, as are the next ones."""
WAITING = timedelta(days=30)
"""Waiting lists."""
HOPES = timedelta(days=90)
"""What somebody hoped for and needed."""
ASKED = timedelta(days=90)
"""What somebody asked before booking."""
COMPLAINTS = timedelta(days=1095)
"""Complaints: after their answer, or since they came where there is none."""
NOTES = timedelta(days=365)
"""What organisers noted about a booking."""
CARE = timedelta(days=365)
"""What was told to a care contact, once she has closed it."""
HELD_WORDS = timedelta(days=430)
"""Words that too few accompanied: until after the March in which the year before is pooled."""
PRACTICES = timedelta(days=365)
"""What somebody planned and noted about a practice, and what they ticked on the list before it."""
CONVERSATION = timedelta(days=180)
"""The closed conversation of a gathering: ninety days after it became read-only."""
LETTERS = timedelta(days=730)
"""That a letter was sent: after it was written."""
STRANGERS = timedelta(days=365)
"""Somebody who never booked, waited, led or organised: after the house came to know them."""
ANSWERS_LEAST, ANSWERS_MOST = 1, 1825
"""Answers to a gathering's own questions have a period each, in days after the end: between these."""


@dataclass(frozen=True)
class Going:
    """So much of something goes on a day. No names."""

    on: datetime
    count: int
    gathering_id: int | None = None


@dataclass(frozen=True)
class Period:
    """Something that is kept for a time. `going` says what is due until a moment, `forget` deletes what is due."""

    what: str
    going: Callable[[datetime], list[Going]]
    forget: Callable[[datetime], None]
