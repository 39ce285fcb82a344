"""What the house says when it cannot do what was asked.

A refusal is a fact with a name (`GatheringFull`), a stable code for programs, a sentence for people and, where there is
one, a next step. It is an exception, and is turned into a page and a status in one place (`web.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class NextStep:
    """What one can do now: a label and where it leads."""

    label: str
    href: str


class Refusal(Exception):
    """The base of everything the house refuses. Subclasses say the fact in their name and set `code` and `status`."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    retry_after: ClassVar[int] = 0
    """Seconds after which it may go, where it is a matter of time."""

    def __init__(self, sentence: str = "", *, next_step: NextStep | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.next_step = next_step


class NotFound(Refusal):
    """There is no such thing, or it is not yours: both are answered alike."""

    code = "not_found"
    status = 404


class NotAllowed(Refusal):
    """You are known, and this is not yours to do."""

    code = "not_allowed"
    status = 403
