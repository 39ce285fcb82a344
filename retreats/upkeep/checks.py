"""Is the house well? Each check gives sentences that say what is wrong and what to do; none when all is well."""

from __future__ import annotations

import os
import smtplib
import socket
import stat
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from retreats import clock, crypto, links
from retreats.db import db, let_go
from retreats.outbox import resting

LATE = timedelta(minutes=2)
"""A sweep runs every minute: what has been due for longer means that no worker is at work."""
SKEW = timedelta(seconds=30)
PATIENCE = 5
PRAGMAS = {"journal_mode": {"wal"}, "foreign_keys": {"1"}, "secure_delete": {"1"}, "synchronous": {"2", "3"}}


def not_ready() -> list[str]:
    """Why this process cannot serve."""
    return [*_database(), *_keys()]


def everything() -> list[str]:
    """Everything that is wrong, as `flask doctor` says it. Wrong settings are said before: with them nothing starts."""
    found = [*_database()]
    if not found:
        found += [*_pragmas(), *_clocks(), *_worker(), *_resting()]
    let_go()
    return [*found, *_keys(), *_folder(), *_mail_server(), *_stripe()]


def worker_behind() -> timedelta | None:
    """How long the oldest waiting delivery has been due, when that is longer than it should be."""
    since = resting.overdue_since()
    behind = clock.real_now() - since if since else timedelta(0)
    return behind if behind > LATE else None


def _database() -> Iterator[str]:
    try:
        found = MigrationContext.configure(db.session.connection()).get_current_heads()
    except SQLAlchemyError as error:
        db.session.rollback()
        yield f"The database does not answer ({type(error).__name__}): look at DATABASE_URL, and whether it runs."
        return
    if set(found) != set(newest_migrations()):
        yield "The database is not at the newest migration: run `flask --app wsgi db upgrade`."


@cache
def newest_migrations() -> tuple[str, ...]:
    """The migrations this code was written for."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).resolve().parents[2] / "migrations"))
    return tuple(ScriptDirectory.from_config(settings).get_heads())


def _keys() -> Iterator[str]:
    try:
        links.derive("doctor")
    except RuntimeError:
        yield "LINK_KEY is not there: no link in any letter would open."
    try:
        crypto.ring().seal("well", table="doctor", column="doctor", row=0)
    except crypto.KeyMissing:
        yield "DATA_KEYS are not there: what people wrote in confidence could not be read."


def _pragmas() -> Iterator[str]:
    if db.engine.dialect.name != "sqlite":
        return
    for name, wanted in PRAGMAS.items():
        found = str(db.session.scalar(text(f"PRAGMA {name}")))
        if found not in wanted:
            yield f"SQLite runs with {name}={found}: a power cut could lose what was acknowledged. Look at SQLITE_SYNCHRONOUS."


def _clocks() -> Iterator[str]:
    if db.engine.dialect.name != "postgresql":
        return
    theirs = db.session.scalar(text("SELECT clock_timestamp()"))
    apart = abs(clock.real_now() - theirs) if isinstance(theirs, datetime) else timedelta(0)
    if apart > SKEW:
        yield (f"The clocks of this machine and of the database are {int(apart.total_seconds())} seconds apart: holds and "
               "links would end at the wrong time. Let both follow a time server.")  # fmt: skip


def _worker() -> Iterator[str]:
    behind = worker_behind()
    if behind is not None:
        minutes = int(behind.total_seconds() // 60)
        yield f"The oldest waiting delivery has been due for {minutes} minutes: no worker runs, or it cannot keep up."


def _resting() -> Iterator[str]:
    count = resting.count_resting()
    if count:
        yield f"Deliveries that failed for good and wait for a person: {count}. See `flask --app wsgi outbox list`."


def _folder() -> Iterator[str]:
    folder = Path(current_app.config["VAR_DIR"])
    if not os.access(folder, os.W_OK | os.X_OK):
        yield f"The folder of VAR_DIR ({folder}) cannot be written to."
    elif folder.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
        yield f"Everybody on this machine can look into the folder of VAR_DIR: run `chmod 700 {folder}`."


def _mail_server() -> Iterator[str]:
    host, port = current_app.config["MAIL_SERVER"], current_app.config["MAIL_PORT"]
    kind: Callable[..., smtplib.SMTP] = smtplib.SMTP_SSL if current_app.config["MAIL_USE_SSL"] else smtplib.SMTP
    try:
        with kind(host, port, timeout=PATIENCE) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        yield f"The mail server {host}:{port} does not answer ({type(error).__name__}): letters wait until it does."


def _stripe() -> Iterator[str]:
    if not current_app.config["STRIPE_SECRET_KEY"]:
        if not current_app.config["DEMO"]:
            yield "STRIPE_SECRET_KEY is not set: only gatherings that cost nothing can be booked."
        return
    base = urlsplit(current_app.config["STRIPE_API_BASE"] or "https://api.stripe.com")
    port = base.port or (443 if base.scheme == "https" else 80)
    try:
        socket.create_connection((base.hostname or "", port), timeout=PATIENCE).close()
    except OSError as error:
        yield f"Stripe ({base.hostname}:{port}) cannot be reached ({type(error).__name__}): nobody can pay now."
