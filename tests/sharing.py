"""Which test runs on which store, and when memory is tidied up.

Most tests are for both stores. `make test` runs each on one of them, three of four on SQLite and the fourth on PostgreSQL, always
the same ones; `make test-others` runs what that left out, so that the two are everything once. A module marked
`each_store` is about what the stores do differently (locks, files, plans): it runs on both at once. A test with two turns
(`turn`, 0 and 1) for another reason has its first in `make test` and its second in `make test-others`, and what is marked
`at_length` has its place there as a whole.
"""

from __future__ import annotations

import gc
import hashlib
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.fixtures_servers import obstacle

BOTH, BY_TURNS, THE_OTHERS = "both", "by-turns", "the-others"
STORES = ("sqlite", "postgres")
TIDIED_AFTER = 40
"""Tests. Python's own habit, after every few hundred new objects, takes a seventh of a run."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--stores", choices=[BOTH, BY_TURNS, THE_OTHERS], default=BOTH,
        help="tests that are for both stores: on both, each on one, or each on the other one",
    )  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Share the tests out. Where there is no PostgreSQL there is nothing to share."""
    asked = config.getoption("--stores")
    if asked == BOTH or obstacle("postgres", config):
        return
    others = [item for item, is_other in zip(items, _are_others(items), strict=True) if is_other]
    left_out = set(others) if asked == BY_TURNS else set(items) - set(others)
    config.hook.pytest_deselected(items=[item for item in items if item in left_out])
    items[:] = [item for item in items if item not in left_out]


def _are_others(items: list[pytest.Item]) -> Iterator[bool]:
    """For each test: whether it is the other store's turn."""
    stores = [_value(item, "store") for item in items]
    names = [_name_of(item, store) for item, store in zip(items, stores, strict=True)]
    twins = Counter(names)
    for item, store, name in zip(items, stores, names, strict=True):
        is_shared = twins[name] == len(STORES) and item.get_closest_marker("each_store") is None
        is_others = is_shared and store != STORES[hashlib.sha256(name.encode()).digest()[0] % 4 == 0]
        yield is_others or _value(item, "turn") == "1" or item.get_closest_marker("at_length") is not None


def _value(item: pytest.Item, name: str) -> str:
    called = getattr(item, "callspec", None)
    return str(called.params.get(name, "")) if called is not None else ""


def _name_of(item: pytest.Item, store: str) -> str:
    name, bracket, values = item.nodeid.partition("[")
    return name + bracket + values.replace(store, "", 1)


def pytest_configure() -> None:
    gc.disable()


def pytest_collection_finish() -> None:
    _tidy()


_count = 0


def pytest_runtest_teardown() -> None:
    global _count  # noqa: PLW0603  (a plugin is a module, and this is its only memory)
    _count += 1
    if _count % TIDIED_AFTER == 0:
        _tidy()


def _tidy() -> None:
    """What is still there afterwards is there to stay, and need not be looked at again."""
    gc.collect()
    gc.freeze()
