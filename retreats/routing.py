"""Routes that are put together when they are first led to.

Werkzeug writes and compiles two functions for each route when an application is made, to build its address later. Of some
four hundred, a command builds none and a visitor a few: without, the application is made in a fifth of the time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class LazyRule(Rule):
    """A route whose builders are compiled when the first address is built."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002  (as Werkzeug calls it)
        compile_builder, built = super()._compile_builder, dict[bool, Callable[..., tuple[str, str]]]()

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if append_unknown not in built:
                built[append_unknown] = compile_builder(append_unknown)
            return built[append_unknown](rule, **values)

        return build
