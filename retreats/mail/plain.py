"""Markdown as the text part of a letter: lines of at most 76 characters, addresses whole."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from markdown_it.tree import SyntaxTreeNode

from retreats.languages import parsed

WIDTH = 76


def as_text(markdown: str) -> str:
    """What was written as Markdown, to be read without it."""
    return "\n".join(_blocks(SyntaxTreeNode(parsed(markdown)), WIDTH))


def _blocks(node: SyntaxTreeNode, width: int) -> Iterator[str]:
    """The lines of what stands in this node, with an empty line between two blocks."""
    tight = node.type == "list_item"
    for number, child in enumerate(node.children):
        if number and not (tight and child.type.endswith("list")):
            yield ""
        yield from _block(child, width)


def _block(node: SyntaxTreeNode, width: int) -> Iterator[str]:
    if node.type in {"bullet_list", "ordered_list"}:
        yield from _list(node, width)
    elif node.type == "blockquote":
        yield from (f"> {line}" for line in _blocks(node, width - 2))
    elif node.type == "hr":
        yield "* * *"
    elif node.type in {"fence", "code_block"}:
        yield from node.content.rstrip("\n").split("\n")
    else:
        for line in _inline(node).split("\n"):
            yield from wrap(line, width, break_long_words=False, break_on_hyphens=False)


def _list(node: SyntaxTreeNode, width: int) -> Iterator[str]:
    first = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
    for number, item in enumerate(node.children):
        mark = "- " if first is None else f"{first + number}. "
        for index, line in enumerate(_blocks(item, width - len(mark))):
            yield f"{mark if index == 0 else ' ' * len(mark)}{line}".rstrip()


def _inline(node: SyntaxTreeNode) -> str:
    if node.type in {"text", "code_inline"}:
        return str(node.content)
    if node.type == "softbreak":
        return " "
    if node.type == "hardbreak":
        return "\n"
    inside = "".join(_inline(child) for child in node.children)
    if node.type != "link":
        return inside
    href = str(node.attrs["href"]).removeprefix("mailto:")
    return href if inside == href or not inside else f"{inside} ({href})"
