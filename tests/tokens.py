"""Links that nobody sent."""

from __future__ import annotations


def guessed(link: str) -> str:
    """The same link with another last character: close, and wrong."""
    return link[:-1] + ("a" if link[-1] != "a" else "b")
