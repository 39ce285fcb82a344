"""The one row, kept in the process: looked at again after a few seconds, and at once by whoever wrote it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from threading import Lock

import structlog
from flask import Flask, current_app
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from retreats import clock
from retreats.crypto import KeyMissing, SealBroken
from retreats.db import Localised, db
from retreats.house.models import THE_ONE, HouseSettings

log = structlog.get_logger()
FRESH_FOR = timedelta(seconds=3)
"""How long (real time) another process may go on with what it has read."""
SECRETS = ("mail_password", "stripe_key", "stripe_webhook")


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the owner set, as plain values; the defaults are those of a house nobody set up."""

    version: int = 0
    name: str | None = None
    email: str | None = None
    languages: list[str] = field(default_factory=list)
    welcome: Localised = field(default_factory=dict)
    currency: str = "EUR"
    zone: str = "Europe/Lisbon"
    accent_light: str | None = None
    accent_dark: str | None = None
    logo: str | None = None
    imprint: dict[str, str] = field(default_factory=dict)
    help_lines: Localised = field(default_factory=dict)
    mail_server: str = ""
    mail_port: int = 587
    mail_security: str = "starttls"
    mail_username: str = ""
    takes_money: bool = True
    mail_password: str | None = field(default=None, repr=False)
    stripe_key: str | None = field(default=None, repr=False)
    stripe_webhook: str | None = field(default=None, repr=False)
    unreadable: tuple[str, ...] = ()
    """Secrets whose key is not among DATA_KEYS, by name."""


class Keeper:
    """What was read of the house, and when. One for each application, shared by its threads."""

    def __init__(self) -> None:
        self._said: Said | None = None
        self._read_at: datetime | None = None
        self._forgotten = 0
        self._reading = Lock()

    def said(self) -> Said:
        """What the owner set. While one thread looks again, the others go on with what there is."""
        known = self._said
        if known is None:
            with self._reading:
                return self._look() if self._read_at is None else self._known()
        if self._is_old() and self._reading.acquire(blocking=False):
            try:
                return self._look()
            finally:
                self._reading.release()
        return known

    def forget(self) -> None:
        """Look again at the next question."""
        self._forgotten += 1
        self._read_at = None

    def _known(self) -> Said:
        return self._said or Said()

    def _is_old(self) -> bool:
        return self._read_at is None or clock.real_now() - self._read_at >= FRESH_FOR

    def _look(self) -> Said:
        forgotten, now = self._forgotten, clock.real_now()
        try:
            said = _read()
        except SQLAlchemyError as error:  # the page that says so needs a name too
            log.warning("the house's settings could not be read", error=type(error).__name__)
            return self._known()
        self._said = said
        if forgotten == self._forgotten:
            self._read_at = now
        return said


def _read() -> Said:
    """One statement on a connection of its own, so that no page's transaction is begun or prolonged by it."""
    with Session(db.engine) as session:
        row = session.get(HouseSettings, THE_ONE)
        return Said() if row is None else said_by(row)


def said_by(row: HouseSettings) -> Said:
    """What this row says, its secrets opened."""
    found = {each.name: getattr(row, each.name) for each in fields(Said) if each.name not in {*SECRETS, "unreadable"}}
    secrets, unreadable = _opened(row)
    return Said(**(found | secrets), unreadable=unreadable)


def _opened(row: HouseSettings) -> tuple[dict[str, str | None], tuple[str, ...]]:
    found: dict[str, str | None] = {}
    unreadable = []
    for name in SECRETS:
        try:
            found[name] = getattr(row, name)
        except (KeyMissing, SealBroken) as error:
            log.warning("a secret of the house cannot be opened", secret=name, error=type(error).__name__)
            unreadable.append(name)
    return found, tuple(unreadable)


def init_app(app: Flask) -> None:
    """Give the application its keeper."""
    app.extensions["house"] = Keeper()


def keeper() -> Keeper:
    """The keeper of the running application."""
    found: Keeper = current_app.extensions["house"]
    return found


@event.listens_for(Session, "after_commit")
def _look_again(session: Session) -> None:
    if session.info.pop("house changed", False):
        keeper().forget()


@event.listens_for(Session, "after_rollback")
def _nothing_changed(session: Session) -> None:
    session.info.pop("house changed", None)
