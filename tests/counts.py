"""How often something is tried: as often as the suite can afford, or as often as the catalogue of cases says.

`COUNTS=real pytest tests/accounts/test_breaking_in.py tests/accounts/test_signing_in.py tests/upkeep/test_resealing.py -n 0 -s -m "not postgres"`
takes about five minutes; what it found stands in docs/decisions/counts.md.
"""

from __future__ import annotations

import os

REAL = os.environ.get("COUNTS") == "real"


def as_often(*, usually: int, really: int) -> int:
    """The catalogue's number where it was asked for."""
    return really if REAL else usually


def noted(figure: str) -> None:
    """Said aloud where the real numbers were tried."""
    if REAL:
        print(figure)
