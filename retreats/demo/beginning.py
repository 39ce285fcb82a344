"""Loading the demonstration into an empty house, and beginning again."""

from __future__ import annotations

import json
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import text

from retreats.db import db, let_go, writing
from retreats.demo import mailbox
from retreats.demo.history import stripe_history
from retreats.demo.load import is_demonstration, is_empty, load
from retreats.house.keeping import keeper
from retreats.pages import kept
from retreats.refusals import Refusal

_LOOPBACK = {"127.0.0.1", "localhost"}
_PATIENCE = 10
"""Seconds."""


class NoDemonstration(Refusal):
    """The people in this database were not invented: nothing of a demonstration is done to them."""

    code = "no_demonstration"


class StandInSilent(Refusal):
    """The stand-in for Stripe did not do what the demonstration needs of it."""

    code = "stand_in_silent"
    status = 503


def load_if_new() -> bool:
    """Load the community if nobody is there yet; whether it was loaded. The stand-in is told of its payments either way.

    Raises NoDemonstration where somebody else lives, StandInSilent when it cannot be told; asking again tells it.
    """
    with writing() as session:
        is_new = is_empty(session)
        if is_new:
            load(session)
        refuse_unless_invented()
    tell_stripe()
    return is_new


def begin_again() -> None:
    """Everything as on the first day: the stand-in's ledger, the clock, rows and letters.

    Raises NoDemonstration where somebody else lives, and StandInSilent; if the stand-in is not there at all, nothing is
    thrown away.
    """
    refuse_unless_invented()
    let_go()
    _ask_stand_in("reset", {})
    (Path(current_app.config["VAR_DIR"]) / "demo-clock").unlink(missing_ok=True)
    with writing() as session:
        for table in reversed(db.metadata.sorted_tables):
            session.execute(text(f'DELETE FROM "{table.name}"'))  # noqa: S608  (our own tables' names)
        load(session)
    mailbox.empty(mail_folder())
    kept.forget()
    keeper().forget()
    tell_stripe()


def refuse_unless_invented() -> None:
    """Raises NoDemonstration, with a sentence, where the database holds anybody but the invented community."""
    if not is_demonstration(db.session()):
        raise NoDemonstration(
            _("The people in this database are not the demonstration’s: nothing was changed. Choose another VAR_DIR or "
              "DATABASE_URL for the demonstration, or open this house without DEMO.")
        )  # fmt: skip


def mail_folder() -> Path:
    """Where the mailroom keeps its letters."""
    return Path(current_app.config["VAR_DIR"]) / "mailroom"


def tell_stripe() -> None:
    """Let the stand-in know the payments that the community made before it was there; those it knows stay as they are.

    Raises StandInSilent.
    """
    history = stripe_history()
    let_go()
    _ask_stand_in("import", {"payments": history})


def _ask_stand_in(verb: str, what: dict[str, object]) -> None:
    """Let it do this. With Stripe's own test keys there is no stand-in, and nobody to ask."""
    base = urlsplit(current_app.config["STRIPE_API_BASE"])
    if base.hostname not in _LOOPBACK:
        return
    try:
        with closing(HTTPConnection(base.netloc, timeout=_PATIENCE)) as line:
            line.request("POST", f"/_/{verb}", json.dumps(what), {"Content-Type": "application/json"})
            status = line.getresponse().status
    except (OSError, HTTPException) as error:
        raise StandInSilent(_silence()) from error
    if status != 200:
        raise StandInSilent(_silence())


def _silence() -> str:
    return _("The stand-in for Stripe does not answer as it should: end the demonstration and start it again.")
