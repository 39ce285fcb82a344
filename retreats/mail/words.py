"""A letter is written once and set twice: as text and as HTML.

The template extends `layout` and takes its pieces (`para`, `facts`, `button`, `words`) from `pieces`; both names are
given here, first those of the text and then those of the HTML part.
"""

from __future__ import annotations

from flask import render_template


def in_both(template: str, **values: object) -> tuple[str, str]:
    """The letter as text and as HTML."""
    text = render_template(template, layout="letters/layout.txt", pieces="letters/pieces.txt", is_html=False, **values)
    html = render_template(template, layout="letters/layout.html", pieces="letters/pieces.html", is_html=True, **values)
    return _tidy(text), html


def _tidy(text: str) -> str:
    """At most one empty line between two others."""
    lines: list[str] = []
    for line in (each.rstrip() for each in text.strip().splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines) + "\n"
