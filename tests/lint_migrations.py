"""Migrations stand in one row: 0001_house.py, 0002_…, each after the one before, and each leads back."""

from __future__ import annotations

import ast
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "migrations" / "versions"
NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.py")


def complaints(folder: Path = FOLDER) -> list[str]:
    """What is wrong, each with its file. Empty when all is well."""
    found: list[str] = []
    before: str | None = None
    for number, path in enumerate(sorted(folder.glob("*.py")), start=1):
        match = NAME.fullmatch(path.name)
        if match is None or int(match.group(1)) != number:
            found.append(f"{path.name}: the next name is {number:04}_what_it_does.py")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        said = _assignments(tree)
        if said.get("revision") != path.name[:4]:
            found.append(f"{path.name}: its revision is {said.get('revision')!r}, not {path.name[:4]!r}")
        if said.get("down_revision") != before:
            found.append(f"{path.name}: it comes after {said.get('down_revision')!r}, not after {before!r}")
        found += [f"{path.name}: {name}() does nothing" for name in ("upgrade", "downgrade") if not _does(tree, name)]
        before = path.name[:4]
    return found


def _assignments(tree: ast.Module) -> dict[str, object]:
    """The constants at the top of a file, annotated or not."""
    values: dict[str, object] = {}
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(node.value, ast.Constant):
                values[target.id] = node.value.value
    return values


def _does(tree: ast.Module, name: str) -> bool:
    """Whether there is a function of this name with a call in it."""
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)
    return any(isinstance(inner, ast.Call) for function in functions for inner in ast.walk(function))
