"""References people can read aloud: random, no letters that look like digits."""

from __future__ import annotations

import secrets

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_reference(length: int = 10) -> str:
    """50 random bits in ten characters; it opens nothing without its key."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
