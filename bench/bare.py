"""A bare Flask route with a small template, to compare with."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, render_template

bare = Flask("bare", root_path=str(Path(__file__).parent))


@bare.get("/")
def small() -> str:
    """Fifty links, as in dependencies.md §7."""
    return render_template("small.html", numbers=range(50))


@bare.get("/<int:number>")
def numbered(number: int) -> str:
    return str(number)
