"""Does every sentence of templates and code have its Portuguese, with the same placeholders, and none too many?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from retreats.translations import HERE, languages

ROOT = HERE.parent.parent
SOURCES = (("retreats/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2"),
           ("templates/**.letter", "jinja2"), ("templates/**.xml", "jinja2"))  # fmt: skip
KEYWORDS = DEFAULT_KEYWORDS | {
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
    "_l": None,
}
OPTIONS = {"templates/**": {"silent": "false", "extensions": "jinja2.ext.do"}}
NOT_READ = {"bench", "docs", "migrations", "static", "tests", "translations", "var"}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%(?!\()[a-zA-Z]")

Key = tuple[str | None, str]
"""A context (mostly None) and the sentence, or the singular of two."""
Saying = tuple[list[str], list[str], str]
"""The English forms, the translated forms, and the file they stand in."""


def complaints(root: Path = ROOT, folder: Path = HERE) -> list[str]:
    """What is wrong with the translations, each with its place. Empty when all is well."""
    used = _used(root)
    found: list[str] = []
    for language in languages(folder):
        sayings = list(_said(language))
        known = {key for key, _ in sayings}
        found += [f"{used[key]}: not in {language.name}: {key[1]!r}" for key in used if key not in known]
        found += [f"{saying[2]}: nobody says {key[1]!r}" for key, saying in sayings if key not in used]
        found += _contradictions(sayings)
        found += [f"{saying[2]}: {what}: {key[1]!r}" for key, saying in sayings if (what := _flaw(*saying[:2]))]
    return found


def _used(root: Path) -> dict[Key, str]:
    """Every sentence of the sources, with where it is first said."""
    used: dict[Key, str] = {}
    found = extract_from_dir(
        root, method_map=SOURCES, options_map=OPTIONS, keywords=KEYWORDS, directory_filter=_is_source
    )
    for name, line, message, _, context in found:
        first = message if isinstance(message, str) else message[0]
        used.setdefault((context, first), f"{name}:{line}")
    return used


def _is_source(folder: str) -> bool:
    return not Path(folder).name.startswith((".", "_")) and Path(folder).name not in NOT_READ


def _said(language: Path) -> Iterator[tuple[Key, Saying]]:
    for path in sorted(language.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language.name, abort_invalid=True):
                if message.id:
                    english, said = _forms(message.id), _forms(message.string or "")
                    flag = ["(fuzzy)"] if message.fuzzy else []
                    yield (message.context, english[0]), (english, [*said, *flag], f"{language.name}/{path.name}")


def _forms(value: str | list[str] | tuple[str, ...]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _contradictions(sayings: list[tuple[Key, Saying]]) -> list[str]:
    """The same sentence may stand in two files, if both say it in the same words."""
    first: dict[Key, Saying] = {}
    found = []
    for key, saying in sayings:
        before = first.setdefault(key, saying)
        if before[1] != saying[1]:
            found.append(f"{saying[2]}: {key[1]!r} is said differently in {before[2]}")
    return found


def _flaw(english: list[str], said: list[str]) -> str:
    """What is wrong with one translation. A singular may do without the number ("one place")."""
    if "(fuzzy)" in said:
        return "only a guess (fuzzy)"
    if not all(said):
        return "left empty"
    wanted, least = _placeholders(english[-1]), _placeholders(english[0])
    for form in said:
        found = _placeholders(form)
        if not (found <= wanted | least and (found >= wanted & least - {"num"} or found == wanted)):
            return f"placeholders differ ({', '.join(sorted(found ^ wanted)) or 'none'})"
    return ""


def _placeholders(text: str) -> set[str]:
    return {match.group(1) or match.group(0) for match in PLACEHOLDER.finditer(text.replace("%%", ""))}
