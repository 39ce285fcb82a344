"""What stands above asks before a gathering is published: create_app says who asks, since the catalogue does not know."""

from __future__ import annotations

from collections.abc import Callable

from retreats.catalogue.models import Gathering

Asks = Callable[[Gathering], str | None]
"""The path of the page that asks, or None where there is nothing to ask."""
_asks: list[Asks] = []


def connect(*asks: Asks) -> None:
    """Take who asks before something is published. Called once, by create_app."""
    _asks[:] = asks


def asked_first(gathering: Gathering) -> str | None:
    """Where something is asked before this one is published; None where nobody asks anything."""
    return next((path for path in (ask(gathering) for ask in _asks) if path is not None), None)
