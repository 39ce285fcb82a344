"""Trouble on purpose: the n-th call of a path fails, hangs, or is carried out without anybody hearing of it."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from threading import Event, Lock
from typing import NoReturn

from retreats.demo.stripe.decoding import Thing
from retreats.demo.stripe.desk import whole
from retreats.demo.stripe.refused import Refused, invalid

KINDS = ("status", "hang", "lost", "refused")
LONGEST = 120
"""Seconds that a call may hang."""
MOST = 100
KIND_OF_ERROR = {429: ("invalid_request_error", "rate_limit"), 409: ("invalid_request_error", "lock_timeout")}


class AnswerLost(ConnectionAbortedError):
    """The connection ends without an answer; the server has nothing to say about it."""


@dataclass
class Fault:
    """What will happen to calls of `path` (with * for anything), beginning with the n-th, so many times."""

    path: str
    method: str
    nth: int
    times: int
    kind: str
    status: int
    seconds: int
    happened: int = 0

    @classmethod
    def read(cls, asked: Thing) -> Fault:
        """Raises Refused."""
        kind = asked.get("kind", "status")
        if kind not in KINDS:
            raise invalid(param="kind", why=f"Invalid kind: must be one of {', '.join(KINDS)}")
        if not asked.get("path"):
            raise invalid(param="path", why="Say which path, as in /v1/refunds or /v1/checkout/sessions/*.")
        return cls(
            path=str(asked["path"]),
            method=str(asked.get("method", "POST")).upper(),
            nth=whole(asked.get("nth", 1), "nth", least=1),
            times=whole(asked.get("times", 1), "times", least=1),
            kind=kind,
            status=whole(asked.get("status", 500), "status", least=400, most=599),
            seconds=whole(asked.get("seconds", 30), "seconds", most=LONGEST),
        )

    def described(self) -> Thing:
        return vars(self).copy()


class Faults:
    """Those that are still to happen, and those that have."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._coming: list[Fault] = []
        self.past: list[Fault] = []
        self.ended = Event()
        """Set when whatever hangs should let go."""

    def add(self, fault: Fault) -> None:
        with self._lock:
            if len(self._coming) >= MOST:
                message = "Too many faults are waiting."
                raise Refused(message)
            self._coming.append(fault)

    def coming(self) -> list[Fault]:
        with self._lock:
            return list(self._coming)

    def clear(self) -> None:
        """None any more; what hangs now lets go."""
        with self._lock:
            self._coming.clear()
            self.past.clear()
        self.ended.set()
        self.ended = Event()

    def strike(self, method: str, path: str) -> Fault | None:
        """The fault of this call, if it has one; it counts as happened."""
        with self._lock:
            for fault in self._coming:
                if fault.method not in {method, "*"} or not fnmatchcase(path, fault.path):
                    continue
                if fault.nth > 1:
                    fault.nth -= 1
                    continue
                return self._struck(fault)
        return None

    def before(self, fault: Fault | None) -> None:
        """What happens instead of the call. Raises Refused, or AnswerLost after the wait."""
        if fault is None or fault.kind == "lost":
            return
        if fault.kind == "hang":
            self.ended.wait(fault.seconds)
            raise AnswerLost
        if fault.kind == "refused":
            raise AnswerLost
        kind, code = KIND_OF_ERROR.get(fault.status, ("api_error", None))
        message = "This call fails because it was told to."
        raise Refused(message, status=fault.status, kind=kind, code=code)

    def after(self, fault: Fault | None) -> None:
        """The call was carried out; its answer may be lost."""
        if fault is not None and fault.kind == "lost":
            _lose()

    def _struck(self, fault: Fault) -> Fault:
        fault.happened += 1
        fault.times -= 1
        if fault.happened == 1:
            self.past.append(fault)
        if not fault.times:
            self._coming.remove(fault)
        return fault


def _lose() -> NoReturn:
    raise AnswerLost
