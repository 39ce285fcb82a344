"""Blanks in legal texts: `[[tax number]]` is filled from what the house says of itself; other brackets are to be written.

The names of the blanks are words of the text's own language, so that whoever edits it can read them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from retreats.db import Localised

FACTS = ("legal_name", "legal_form", "tax_number", "address", "phone", "represented_by", "register", "dispute_body")
"""What the law may want to know of a house; which of them it does depends on the house."""
LINES = {"address"}
"""Facts of several lines."""
COMPLAINTS_BOOK = "https://www.livroreclamacoes.pt"
BLANKS: dict[str, dict[str, str]] = {
    "en": {
        "house": "name",
        "site": "url",
        "mail address": "email",
        "legal name": "legal_name",
        "legal form": "legal_form",
        "tax number": "tax_number",
        "postal address": "address",
        "telephone": "phone",
        "represented by": "represented_by",
        "register": "register",
        "dispute body": "dispute_body",
        "complaints book": "complaints_url",
    },
    "pt": {
        "casa": "name",
        "sítio": "url",
        "endereço de correio": "email",
        "denominação": "legal_name",
        "forma jurídica": "legal_form",
        "NIF": "tax_number",
        "morada": "address",
        "telefone": "phone",
        "representante": "represented_by",
        "registo": "register",
        "entidade de resolução de litígios": "dispute_body",
        "livro de reclamações": "complaints_url",
    },
}
"""By language: the words in the brackets, and which fact fills them."""
_BLANK = re.compile(r"\[\[([^\[\]\n]{1,200})\]\]")
_TEXTS = Path(__file__).parent / "texts"


@cache
def template(kind: str, language: str) -> str:
    """The text that the house offers to begin with, with its blanks."""
    return (_TEXTS / f"{kind}.{language}.md").read_text(encoding="utf-8").strip()


def templates(kind: str) -> Localised:
    """The same in every language."""
    return {language: template(kind, language) for language in BLANKS}


def open_blanks(source: str, language: str, facts: Mapping[str, str]) -> list[str]:
    """The words of the brackets that nothing fills, each once, in the order of the text."""
    found = dict.fromkeys(each.strip() for each in _BLANK.findall(source))
    return [words for words in found if not _fact(words, language, facts)]


def filled(source: str, language: str, facts: Mapping[str, str]) -> str:
    """The text with its blanks filled; what nothing fills stays as it stands."""
    return _BLANK.sub(lambda blank: _fact(blank[1].strip(), language, facts) or blank[0], source)


def fact_of(words: str, language: str) -> str | None:
    """Which fact fills these brackets; None for those that are to be written."""
    return BLANKS[language].get(words)


def _fact(words: str, language: str, facts: Mapping[str, str]) -> str:
    name = BLANKS[language].get(words, "")
    return ", ".join(line.strip() for line in facts.get(name, "").splitlines() if line.strip())
