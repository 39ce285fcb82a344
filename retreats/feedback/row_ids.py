"""A row's number as a form sends it."""

from __future__ import annotations


def row_id(said: str) -> int | None:
    """The number, or None for what no row can have."""
    found = int(said) if said.isascii() and said.isdecimal() and len(said) < 20 else 0
    return found if 0 < found < 2**63 else None
