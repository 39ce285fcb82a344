"""What must hold for every template, judged without rendering it.

It parses, and what it extends, includes or imports exists. It has no inline script, style or handler (the content
policy forbids them; letters may have styles, because mail programs know nothing else). It says nothing that gettext
has not seen, and trusts no text that it did not make.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, TemplateSyntaxError, meta, nodes

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "templates"
SPOKEN_ATTRIBUTES = {"alt", "title", "placeholder", "aria-label", "aria-description", "label"}
NAMES = {"Stripe", "PDF", "QR", "EUR", "Google", "Outlook", "Livro", "de", "Reclamações"}
"""Words that are the same in every language."""
CLASSES = re.compile(r"\{%-?\s*block width\s*-?%\}.*?\{%-?\s*endblock\s*-?%\}|\{% if loop\.first %\} open\{% endif %\}")
"""What looks like words and is a part of a tag."""
WORD = re.compile(r"[^\W\d_]{2,}")
ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')
"""What a macro writes into somebody else's tag."""
TRANS = re.compile(r"\{%-?\s*trans\b.*?\{%-?\s*endtrans\s*-?%\}", re.DOTALL)


def complaints(folder: Path = FOLDER) -> list[str]:
    """What is wrong, each with file and line. Empty when all is well."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in {".html", ".txt", ".xml", ".svg"})
    return [f"templates/{path.relative_to(folder)}:{found}" for path in files for found in _of_file(path, folder)]


def _of_file(path: Path, folder: Path) -> Iterator[str]:
    environment = Environment(loader=FileSystemLoader(folder), extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    source = path.read_text(encoding="utf-8")
    try:
        tree = environment.parse(source)
    except TemplateSyntaxError as error:
        yield f"{error.lineno}: {error.message}"
        return
    yield from _of_tree(tree, folder, is_html=path.suffix == ".html")
    reader = Reader(is_letter="letters" in path.relative_to(folder).parts)
    if path.suffix in {".html", ".xml"}:
        reader.feed(_skeleton(environment, source))
        reader.close()
    else:
        reader.handle_data(_skeleton(environment, source))
    yield from reader.found


def _of_tree(tree: nodes.Template, folder: Path, *, is_html: bool) -> Iterator[str]:
    for name in meta.find_referenced_templates(tree):
        if name is not None and not (folder / name).is_file():
            yield f"1: there is no template {name!r}"
    for node in tree.find_all(nodes.Filter):
        if is_html and node.name == "safe":
            yield f"{node.lineno}: |safe trusts a text that the template did not make"


def _skeleton(environment: Environment, source: str) -> str:
    """The template's own text, with 0 for each expression and its lines where they were."""
    without = CLASSES.sub("", TRANS.sub(lambda block: "\n" * block.group().count("\n"), source))
    pieces = []
    for _, kind, value in environment.lex(without):
        pieces.append(value if kind == "data" else "\n" * value.count("\n"))
        if kind == "variable_begin":
            pieces.append("0")
    return "".join(pieces)


class Reader(HTMLParser):
    """Reads a page as a browser would, and notes what should not be there."""

    def __init__(self, *, is_letter: bool) -> None:
        super().__init__()
        self.is_letter = is_letter
        self.silent = ""
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in {"script", "style"}:
            self.silent = tag
            if tag == "script" and "src" not in values and values.get("type") != "application/ld+json":
                self._note("a script of its own")
            if tag == "style" and not self.is_letter:
                self._note("a style of its own")
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.silent:
            self.silent = ""

    def handle_data(self, data: str) -> None:
        words = [word for word in WORD.findall(ATTRIBUTE.sub("", data)) if word not in NAMES]
        if words and not self.silent:
            self._note(f"not for gettext: {' '.join(data.split())[:60]!r}")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on") or value.lstrip().lower().startswith("javascript:"):
            self._note(f"a handler: {name}")
        if name == "style" and not self.is_letter:
            self._note("style=")
        if tag != "a" and name in {"src", "srcset", "action", "poster"} and re.match(r"\s*(https?:)?//", value):
            self._note(f"asks somebody else: {value}")
        if name in SPOKEN_ATTRIBUTES and WORD.search(value) and value not in NAMES:
            self._note(f"not for gettext: {name}={value!r}")

    def _note(self, what: str) -> None:
        self.found.append(f"{self.getpos()[0]}: {what}")
