"""What a consequence is: a function with a name, an errand and, where order matters, a lane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from retreats.events import DomainEvent

Errand = Literal["house", "money", "letters"]


@dataclass(frozen=True)
class Reaction:
    """One consequence. `run` gets the event; on the errand `house` it runs inside the transaction that marks it done."""

    run: Callable[[Any], None]  # Any: each reaction takes the one event class it is listed under
    errand: Errand = "house"
    lane: Callable[[Any], str | None] = lambda event: None  # noqa: ARG005
    name: str = ""
    after: timedelta = timedelta(0)
    """How long (real time) it waits before it is due the first time."""
    given_up: Callable[[Any, str, Exception], None] | None = None
    """What to write down when it comes to rest, in the same commit: gets the event, the failure in words, the failure."""

    @property
    def key(self) -> str:
        """The name under which deliveries remember it: stable across moves of the function when `name` is given."""
        return self.name or f"{self.run.__module__.removeprefix('retreats.')}.{self.run.__name__}"


def inside(run: Callable[[Any], None], *, name: str = "", after: timedelta = timedelta(0)) -> Reaction:
    """A consequence in our own tables: done in the same commit as its effect."""
    return Reaction(run, "house", name=name, after=after)


def outside(
    run: Callable[[Any], None],
    errand: Errand,
    *,
    lane: Callable[[Any], str | None] | None = None,
    name: str = "",
    after: timedelta = timedelta(0),
    given_up: Callable[[Any, str, Exception], None] | None = None,
) -> Reaction:
    """A consequence elsewhere (Stripe, SMTP): runs with no transaction open, with a key that makes a repeat harmless."""
    return Reaction(run, errand, lane or (lambda event: None), name, after, given_up)  # noqa: ARG005


Reactions = dict[type[DomainEvent], tuple[Reaction, ...]]
