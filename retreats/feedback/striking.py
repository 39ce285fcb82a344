"""What in a text could tell who or where: offered for striking out before it goes to supervision.

It is a list and nothing more: names of those who were there, of those who led and of the house, days, months and
numbers, and whatever else is written with a capital inside a sentence. What only a reader can notice, they strike out
themselves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

STRUCK = "[…]"
Why = Literal["name", "date", "number", "capital"]
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_BEGINS = re.compile(r"(?:^|[.!?…:\n])[\s\"'«“‘(–—-]*$")
_PARTICLES = {
    "de",
    "da",
    "do",
    "das",
    "dos",
    "e",
    "of",
    "the",
    "and",
    "a",
    "o",
    "as",
    "os",
    "em",
    "in",
    "at",
    "no",
    "na",
}
_DAYS = frozenset(_WORD.findall("""
    monday tuesday wednesday thursday friday saturday sunday january february april june july august september october
    november december segunda terca quarta quinta sexta feira sabado domingo janeiro fevereiro marco abril maio junho
    julho agosto setembro outubro novembro dezembro
"""))  # fmt: skip
_DAYS_WITH_A_CAPITAL = {"March", "May"}
_NUMBERS = frozenset(_WORD.findall("""
    two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred dois duas tres quatro cinco seis sete oito
    nove dez onze doze treze catorze quinze dezasseis dezassete dezoito dezanove vinte trinta quarenta cinquenta
    sessenta setenta oitenta noventa cem
"""))  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """One word that could tell, and why it is offered."""

    word: str
    why: Why


def offers(text: str, names: Iterable[str]) -> list[Offer]:
    """What this text offers for striking out, each word once, in the order in which they stand."""
    known = {plain(part) for name in names for part in _WORD.findall(name)} - _PARTICLES
    found: dict[str, Offer] = {}
    for match in _WORD.finditer(text):
        word = match.group()
        why = _why(word, known, begins=_SENTENCE_BEGINS.search(text[: match.start()]) is not None)
        if why is not None:
            found.setdefault(plain(word), Offer(word, why))
    return list(found.values())


def struck(text: str, words: Iterable[str]) -> str:
    """The text without these words, wherever they stand; case and accents do not matter."""
    out = {plain(part) for word in words for part in _WORD.findall(word)}
    said = _WORD.sub(lambda match: STRUCK if plain(match.group()) in out else match.group(), text)
    return re.sub(rf"{re.escape(STRUCK)}(?:[ ,.:/-]{re.escape(STRUCK)})+", STRUCK, said)


def plain(word: str) -> str:
    """A word as it is compared."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))


def _why(word: str, names: set[str], *, begins: bool) -> Why | None:
    said = plain(word)
    if said in names and len(said) > 1:
        return "name"
    if any(each.isdigit() for each in word) or said in _NUMBERS:
        return "number"
    if said in _DAYS or word in _DAYS_WITH_A_CAPITAL:
        return "date"
    return "capital" if word[0].isupper() and len(word) > 1 and not begins else None
