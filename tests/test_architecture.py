"""The house keeps its floors: what may call what, who may commit, who may ask for the time."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from retreats import reactions
from retreats.events import DomainEvent

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "retreats"
FLOORS = [
    {
        "clock",
        "refusals",
        "crypto",
        "links",
        "faults",
        "again",
        "translations",
        "config",
        "wall",
        "periods",
        "routing",
        "folding",
        "spreadsheets",
        "uploads",
    },
    {"db"},
    {"house"},
    {"events", "languages", "reading"},
    {"web"},
    {"outbox"},
    {"mail"},
    {"accounts"},
    {"pictures"},
    {"questions", "catalogue"},
    {"calendar"},
    {"booking"},
    {"payments", "feedback", "mailings"},
    {"practices", "conversation"},
    {"health"},
    {"pages", "people", "privacy", "upkeep", "setting_up"},
    {"backup"},
    {"demo"},
    {"reactions"},
    {"__init__", "cli", "new_data_key", "prepare", "starting"},
]
"""From the ground up: a module may import from its own floor's own slice and from lower floors."""
PRIVATE = {"routes", "forms", "letters", "cli"}
TOP = {"__init__", "cli", "new_data_key", "prepare", "reactions", "starting"}
MAY_COMMIT = {"db"}
LONG_FILES = {
    "reactions.py": "one page with everything that follows from it",
    "events.py": "one page with everything that can happen",
    "web.py": "what every answer has in common, in one place",
}
LONG_FUNCTIONS = {"config.py:flask_config": "a flat list of settings, one a line"}
MOST_LINES = 300
MOST_LINES_IN_A_FUNCTION = 40


@cache
def modules() -> tuple[tuple[str, Path, ast.Module], ...]:
    """Every file of the package: its dotted name below `retreats`, its path and its tree. Read once."""
    return tuple(
        (named(path), path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(PACKAGE.rglob("*.py"))
    )


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: tree for _name, path, tree in modules()}


def named(path: Path) -> str:
    name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    return name.removesuffix(".__init__") or name


def floor_of(slice_name: str) -> int:
    """How high a slice stands."""
    found = [height for height, names in enumerate(FLOORS) if slice_name in names]
    assert found, f"{slice_name} stands on no floor: give it one"
    return found[0]


@cache
def imports(tree: ast.Module) -> tuple[str, ...]:
    """What a file imports of the house, as dotted names below `retreats`, wherever in the file it says so."""
    return tuple(_imports(tree))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "retreats":
            inner = node.module.removeprefix("retreats").removeprefix(".")
            for alias in node.names:
                is_module = (PACKAGE / alias.name).is_dir() or (PACKAGE / f"{alias.name}.py").is_file()
                yield f"{inner}.{alias.name}" if inner else (alias.name if is_module else "__init__")
        if isinstance(node, ast.Import):
            yield from (
                alias.name.removeprefix("retreats.") for alias in node.names if alias.name.startswith("retreats.")
            )


def test_nobody_imports_from_a_higher_floor() -> None:
    upward = [
        f"{name} imports {wanted}"
        for name, _path, tree in modules()
        for wanted in imports(tree)
        if floor_of(wanted.split(".")[0]) > floor_of(name.split(".")[0])
    ]

    assert upward == []


def test_neighbours_on_one_floor_do_not_know_each_other() -> None:
    sideways = [
        f"{name} imports {wanted}"
        for name, _path, tree in modules()
        for wanted in imports(tree)
        if name.split(".")[0] in {"payments", "feedback", "mailings", "questions", "practices", "conversation"}
        and floor_of(wanted.split(".")[0]) == floor_of(name.split(".")[0])
        and wanted.split(".")[0] != name.split(".")[0]
    ]

    assert sideways == []


def test_routes_forms_letters_and_commands_are_private_to_their_slice() -> None:
    peeping = [
        f"{name} imports {wanted}"
        for name, _path, tree in modules()
        for wanted in imports(tree)
        if len(wanted.split(".")) > 1
        and wanted.split(".")[1] in PRIVATE
        and wanted.split(".")[0] != name.split(".")[0]
        and name.split(".")[0] not in TOP
    ]

    assert peeping == []


def test_only_the_edges_commit() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, _path, tree in modules()
        if name not in MAY_COMMIT and not name.startswith("demo.stripe")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]

    assert found == []


def test_only_routes_workers_and_commands_begin_to_write() -> None:
    edges = re.compile(r"(^|\.)(routes|cli|deliver|worker|guards|clockwork|answers)(\.|$)")
    allowed = {"mail.service", "payments.service.checkout", "payments.service.settle", "payments.service.refunds",
               "payments.service.disputes", "setting_up.service.trials", "starting", "db"}  # fmt: skip  # each talks to the outside between two writings
    found = [
        f"{name}:{node.lineno}"
        for name, _path, tree in modules()
        if not edges.search(name) and name not in allowed and not name.startswith("demo")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "writing"
    ]

    assert found == []


def test_only_the_clock_asks_for_the_time() -> None:
    asked = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.time\(")
    found = [
        f"{name}: {line.strip()}"
        for name, path, _tree in modules()
        if name != "clock" and not name.startswith(("demo.stripe", "demo.mailroom"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if asked.search(line)
    ]

    assert found == []


def test_every_event_has_a_line_in_reactions() -> None:
    assert set(DomainEvent.known.values()) == set(reactions.REACTIONS)


def test_every_letter_that_is_written_has_a_composer() -> None:
    written = {
        match
        for _name, path, _tree in modules()
        for match in re.findall(r"\"((?:accounts|booking|payments|feedback|mailings|people|catalogue|privacy|practices|conversation)\.[a-z_]+)\"",
                                path.read_text(encoding="utf-8"))
    }  # fmt: skip
    kinds = {kind for kind in written if kind.split(".")[1] != "routes"}

    assert set(reactions.LETTERS) <= kinds


def test_events_carry_no_names_addresses_or_texts() -> None:
    personal = re.compile(r"name|email|address|text|note|words|message")
    fields = {
        f"{kind.__name__}.{field}"
        for kind in DomainEvent.known.values()
        for field in kind.__annotations__
        if personal.search(field)
    }

    assert fields == set()


def test_every_route_says_who_may_come_in(house: Flask) -> None:
    unguarded = [
        endpoint
        for endpoint, view in house.view_functions.items()
        if endpoint != "static" and not hasattr(view, "guard")
    ]

    assert unguarded == []


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_and_functions_stay_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    name = str(path.relative_to(PACKAGE))
    long = [
        f"{node.name}: {node.end_lineno - node.lineno}"
        for node in ast.walk(trees()[path])
        if isinstance(node, ast.FunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno > MOST_LINES_IN_A_FUNCTION
        and f"{name}:{node.name}" not in LONG_FUNCTIONS
    ]

    assert long == []
    assert len(text.splitlines()) <= MOST_LINES or name in LONG_FILES
