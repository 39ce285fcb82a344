"""The word list: where it hears something in words of a participant, a copy goes to the care contact too, without a name.

The same words at the same place are one copy; the place of unnamed words is known only by their author's own link.
"""

from __future__ import annotations

from retreats import links
from retreats.feedback import own_link, word_list
from retreats.feedback.service.care import raise_case


def hear(token: str, window_id: int, question: str, text: str, *, gathering_id: int) -> None:
    """What is written into a form, for those who lead: other words to the same question take the copy's place."""
    _hear(gathering_id, question, text, own_link.locator(token, window_id, f"copy {question}"))


def hear_reply(token: str, window_id: int, question: str, source: str, text: str, *, gathering_id: int) -> None:
    """What an author writes about their point: each reply is a copy of its own."""
    _hear(gathering_id, source, text, own_link.locator(token, window_id, f"copy {source} {question} {text.strip()}"))


def hear_named(gathering_id: int, source: str, row_id: int, text: str) -> None:
    """What is kept with its author's name; the copy has none. `row_id` is where it stands."""
    _hear(gathering_id, source, text, links.digest("care copy", source, row_id))


def _hear(gathering_id: int, source: str, text: str, at: bytes) -> None:
    if word_list.alarms(text):
        raise_case(gathering_id, source, text.strip(), locator=at, automatic=True)
