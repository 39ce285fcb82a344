"""What participants write beside the forms goes through the word list too: replies, verdicts, questions, notes they show."""

from __future__ import annotations

import base64
import hashlib

from retreats import links
from retreats.feedback import own_link, word_list
from retreats.feedback.service.care import raise_case


def hear_reply(token: str, window_id: int, question: str, source: str, text: str, *, gathering_id: int) -> None:
    """Put a copy of what an author wrote about their point before the care contact, without a name, if the list hears it.

    Each reply has a place of its own, known only by the own link; the same words about the same point are one copy.
    """
    if word_list.alarms(text):
        at = own_link.locator(token, window_id, f"copy {source} {question} {_mark(text)}")
        raise_case(gathering_id, source, text.strip(), locator=at, automatic=True)


def hear_named(gathering_id: int, source: str, row_id: int, text: str) -> None:
    """The same for words that are kept with their author's name: the copy has none. `row_id` is where they stand."""
    if word_list.alarms(text):
        at = base64.b32decode(links.derive("care copy", source, row_id).upper())
        raise_case(gathering_id, source, text.strip(), locator=at, automatic=True)


def _mark(text: str) -> str:
    return hashlib.sha256(text.strip().encode()).hexdigest()
