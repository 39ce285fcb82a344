"""The desk: the ledger, the clock, and the notices that an action gives rise to and how they travel."""

from __future__ import annotations

import secrets
import string
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from retreats.demo.stripe import contract
from retreats.demo.stripe.decoding import Thing
from retreats.demo.stripe.ledger import Ledger
from retreats.demo.stripe.refused import Refused, invalid, no_such

WAYS = ("normal", "twice", "late", "reversed", "never")
LATEST = 86400
"""Seconds that a late notice may take."""
_LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Way:
    """How the notices of one action travel: at once, each twice, after some seconds, last one first, or not at all."""

    name: str = "normal"
    seconds: int = 0

    @classmethod
    def read(cls, name: str | None, seconds: object = 0) -> Way:
        """Raises Refused for a way that is none."""
        if name not in WAYS:
            raise invalid(param="delivery", why=f"Invalid delivery: must be one of {', '.join(WAYS)}")
        return cls(name, whole(seconds or 0, "seconds", most=LATEST))


@dataclass
class Settings:
    """How a stand-in is set up."""

    secret_key: str = "sk_test_stand_in"  # noqa: S105  (it opens nothing)
    webhook_url: str | None = None
    webhook_secrets: tuple[str, ...] = ("whsec_stand_in",)
    """With two, notices carry both signatures, as while a secret is being rolled."""
    site_url: str = ""
    public_url: str = ""
    """Where browsers reach the pay page; the server fills in its own address."""
    first_retry: float = 1.0
    """Seconds; each following wait is twice as long, up to a minute."""
    attempts: int = 12
    patience: float = 10.0
    """Seconds that the receiver of a notice may take."""


@dataclass
class Desk:
    """One stand-in's state."""

    ledger: Ledger
    settings: Settings = field(default_factory=Settings)
    way: Way = field(default_factory=Way)
    """For notices of actions that say nothing else."""
    refund_outcomes: deque[str] = field(default_factory=deque)
    """What becomes of the next refunds: succeeded, pending, requires_action or failed. When empty, succeeded."""
    ahead: float = 0.0
    """Seconds by which this clock is ahead of the world's."""
    told: Callable[[], None] = lambda: None
    """Called after notices were written down."""
    _notices: list[Thing] = field(default_factory=list)
    _cause: Thing | None = None

    def time(self) -> float:
        """Unix seconds."""
        return time.time() + self.ahead

    def now(self) -> int:
        return int(self.time())

    @contextmanager
    def action(self, way: Way | None = None, *, cause: Thing | None = None) -> Iterator[None]:
        """One action, in one transaction with its notices. `cause` is the request that a notice names."""
        with self.ledger.writing():
            self._notices, self._cause = [], cause
            yield
            notices, self._notices = self._notices, []
            self._send(notices, way or self.way)
        if notices:
            self.told()

    def notify(self, kind: str, thing: Thing, *, before: Thing | None = None) -> None:
        """Write down an event about what a thing is now; `before` holds the values that changed."""
        inner: Thing = {"object": public(thing)}
        if before is not None:
            inner["previous_attributes"] = before
        event = {
            "id": new_id("evt"),
            "object": "event",
            "api_version": contract.api_version(),
            "created": self.now(),
            "data": inner,
            "livemode": False,
            "pending_webhooks": 1,
            "request": self._cause or {"id": None, "idempotency_key": None},
            "type": kind,
        }
        self.ledger.add(event)
        self._notices.append(event)

    def new_id(self, prefix: str) -> str:
        """For a session, a payment or a refund that comes into being here."""
        return new_id(prefix)

    def get(self, kind: str, identifier: str, *, param: str = "id") -> Thing:
        """An object of that kind. Raises Refused when there is none."""
        found = self.ledger.find(identifier)
        if found is None or found["object"] != kind:
            raise no_such(kind, identifier, param)
        return found

    def reset(self) -> None:
        """As new."""
        self.ledger.empty()
        self.way, self.ahead = Way(), 0.0
        self.refund_outcomes.clear()

    def _send(self, notices: list[Thing], way: Way) -> None:
        due = self.time() + (way.seconds if way.name == "late" else 0)
        state = "dropped" if way.name == "never" else "waiting"
        for notice in reversed(notices) if way.name == "reversed" else notices:
            for _ in range(2 if way.name == "twice" else 1):
                self.ledger.send(notice["id"], due, state=state)


def new_id(prefix: str) -> str:
    return f"{prefix}_" + "".join(secrets.choice(_LETTERS) for _ in range(24))


def public(thing: Thing) -> Thing:
    """What others see of an object: names with an underscore in front are our own notes."""
    return {name: value for name, value in thing.items() if not name.startswith("_")}


def whole(value: Any, param: str, *, least: int = 0, most: int = 99_999_999) -> int:
    """A whole number within bounds. Raises Refused."""
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise invalid(param=param, why=f"Invalid integer: {value}", code="parameter_invalid_integer") from None
    if not least <= number <= most:
        why = f"Invalid integer: {param} must be between {least} and {most}"
        raise Refused(why, code="parameter_invalid_integer", param=param)
    return number
