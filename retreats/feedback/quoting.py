"""Whether public words borrow from somebody who did not allow it: any run of eight words (loop.md, T9).

Case, punctuation, accents and characters that nobody sees do not matter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

RUN = 8
SHORTEST = 4
"""A text of fewer words is everybody's."""
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")


def borrows(public: str, texts: Iterable[str]) -> bool:
    """Whether `public` holds eight words in a row out of one of these texts."""
    return bool(borrowed(public, texts))


def borrowed(public: str, texts: Iterable[str]) -> list[str]:
    """The runs of eight words or more that `public` takes out of one of these texts, as they stand in it."""
    seen = _visible(public)
    words = list(_WORD.finditer(seen))
    plain = [_plain(each.group()) for each in words]
    spoken = {run for text in texts for run in _runs([_plain(each) for each in _WORD.findall(_visible(text))])}
    taken = [start for start in range(len(plain) - RUN + 1) if tuple(plain[start : start + RUN]) in spoken]
    return [seen[words[first].start() : words[last + RUN - 1].end()] for first, last in _stretches(taken)]


def without(public: str, text: str) -> str:
    """`public` without what it takes out of this text: eight words in a row, or all of a shorter one; `…` stands there."""
    said = [_plain(each) for each in _WORD.findall(_visible(text))]
    run = min(RUN, len(said))
    if run < SHORTEST:
        return public
    seen, runs = _visible(public), _runs(said, run)
    words = list(_WORD.finditer(seen))
    plain = [_plain(each.group()) for each in words]
    taken = [start for start in range(len(plain) - run + 1) if tuple(plain[start : start + run]) in runs]
    for first, last in reversed(_stretches(taken)):
        seen = f"{seen[: words[first].start()]}…{seen[words[last + run - 1].end() :]}"
    return seen if taken else public


def _runs(words: list[str], run: int = RUN) -> set[tuple[str, ...]]:
    return {tuple(words[start : start + run]) for start in range(len(words) - run + 1)}


def _stretches(starts: list[int]) -> list[tuple[int, int]]:
    """First and last of those that follow each other without a gap."""
    found: list[tuple[int, int]] = []
    for start in starts:
        if found and start == found[-1][1] + 1:
            found[-1] = (found[-1][0], start)
        else:
            found.append((start, start))
    return found


def _visible(text: str) -> str:
    """The text in composed letters, without what takes no room (soft hyphens, joiners)."""
    composed = unicodedata.normalize("NFKC", text)
    return "".join(each for each in composed if unicodedata.category(each) != "Cf")


def _plain(word: str) -> str:
    """A word as it is compared: without case and accents."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))
