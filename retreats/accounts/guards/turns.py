"""One thing at a time for each person: files and papers with many names in them are made one after the other.

    @bp.post("/organise/registrations/export")
    @organisers_only
    @strongly
    @one_at_a_time
    def export() -> …

Below the guards. Whoever asks for a second one waits a moment for the first; a third, or one that would wait too long, is told
when to come again. The turn ends when the last octet has gone, or with the process that held it: it is a lock on a file below
VAR_DIR, which all processes of a machine share. Others never wait for it.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from flask import current_app, make_response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards.entering import current_person
from retreats.db import let_go
from retreats.refusals import Refusal
from retreats.web import limiter

P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)
PATIENCE, STEP = 4.0, 0.05
"""Seconds that a second one waits, and between two looks."""


class OneAtATime(Refusal):
    """Something of the same person is being made just now."""

    code = "one_at_a_time"
    status = 429
    retry_after = 10


def one_at_a_time(view: Callable[P, R]) -> Callable[P, AnyResponse]:
    """Let each person have one of these made at a time. Raises OneAtATime."""

    @wraps(view)
    def taking_turns(*args: P.args, **kwargs: P.kwargs) -> AnyResponse:
        turn = _turn_of(current_person().id)
        try:
            answer: AnyResponse = make_response(view(*args, **kwargs))
        except BaseException:
            os.close(turn)
            raise
        if answer.is_streamed:
            answer.call_on_close(lambda: os.close(turn))
        else:
            os.close(turn)
        return answer

    return taking_turns


def by_person() -> str:
    """Whom a limit counts: whoever is signed in, on every network they come from; else the network."""
    return f"person:{current_user.person.id}" if current_user.is_authenticated else get_remote_address()


looking_up = limiter.shared_limit("120 per minute", scope="looking up", key_func=by_person)
"""For pages that search: two a second is more than anybody reads."""


def _turn_of(person_id: int) -> int:
    """The turn of this person, to be closed when it is over. Raises OneAtATime."""
    folder = Path(current_app.config["VAR_DIR"]) / "turns"
    folder.mkdir(mode=0o700, exist_ok=True)
    turn = _locked(folder / f"{person_id:x}")
    if turn is not None:
        return turn
    waiting = _locked(folder / f"{person_id:x}.next")
    if waiting is None:
        raise OneAtATime(_sentence())
    let_go()
    try:
        return _wait_for(folder / f"{person_id:x}")
    finally:
        os.close(waiting)


def _wait_for(path: Path) -> int:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        time.sleep(STEP)
        turn = _locked(path)
        if turn is not None:
            return turn
    raise OneAtATime(_sentence())


def _locked(path: Path) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _sentence() -> str:
    return _("Another file of yours is being made just now, and each person gets one at a time, so that nobody else has to wait. "
             "Let that one finish, and ask for this one again in a few seconds: press “Back” and send the form once more.")  # fmt: skip
