"""Whether public words borrow from somebody who did not allow it: any run of eight words."""

from __future__ import annotations

import re
from collections.abc import Iterable

RUN = 8


def borrows(public: str, texts: Iterable[str]) -> bool:
    """Whether `public` holds eight words in a row out of one of these texts (loop.md, T9)."""
    spoken = _runs(public)
    return any(spoken & _runs(text) for text in texts)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}
