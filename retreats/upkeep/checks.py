"""Is the house well? Each check gives sentences that say what is wrong and what to do; none when all is well."""

from __future__ import annotations

import os
import smtplib
import socket
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from retreats import clock, crypto, links
from retreats.accounts import owning
from retreats.db import db, let_go
from retreats.house.queries import current
from retreats.outbox import resting, stillness
from retreats.outbox.models import Event
from retreats.upkeep.sealed import other_keys
from retreats.upkeep.unopened import broken_seals

LATE = timedelta(minutes=2)
"""A sweep runs every minute: what has been due for longer means that no worker is at work."""
SKEW = timedelta(seconds=30)
UNSAVED = timedelta(days=2)
"""A backup is made every night: what is older was forgotten or went wrong."""
PATIENCE = 5
PRAGMAS = {"journal_mode": {"wal"}, "foreign_keys": {"1"}, "secure_delete": {"1"}, "synchronous": {"2", "3"}}


@dataclass(frozen=True)
class Area:
    """One part of the house, and what is wrong with it, in sentences of the reader's language."""

    name: str
    wrong: list[str]


def not_ready() -> list[str]:
    """Why this process cannot serve."""
    return [*_database(), *_keys(), *other_keys()]


def report() -> list[Area]:
    """Every part of the house, looked at now. Wrong settings are said before: with them nothing starts.

    Talks to the mail server and to Stripe, PATIENCE seconds at most each. Without a database little else can be said.
    """
    areas = [Area("database", [*_database()])]
    if not areas[0].wrong:
        areas[0].wrong.extend((*_pragmas(), *_clocks()))
        areas += [Area("worker", [*_restored(), *_worker(), *_resting()]), Area("owner", [*_owner()]),
                  Area("backup", [*_backup()])]  # fmt: skip
    keys = Area("keys", [*_keys(), *_unreadable(), *other_keys()])
    if len(areas) > 1:
        keys.wrong.extend(broken_seals())
    let_go()
    return [*areas, keys, Area("folder", [*_folder()]), Area("mail", [*_mail_server()]), Area("money", [*_stripe()])]


def everything() -> list[str]:
    """Everything that is wrong, as `flask doctor` says it."""
    return [sentence for area in report() for sentence in area.wrong]


def worker_behind() -> timedelta | None:
    """How long the oldest waiting delivery has been due, when that is longer than it should be. Standing still is no delay."""
    if stillness.stands_still():
        return None
    since = resting.overdue_since()
    behind = clock.real_now() - since if since else timedelta(0)
    return behind if behind > LATE else None


def of_another_version() -> str:
    """Why this code must not run on this database; empty when it may, or when the database does not answer yet."""
    try:
        found = set(MigrationContext.configure(db.session.connection()).get_current_heads())
    except SQLAlchemyError:
        return ""
    finally:
        db.session.rollback()
    if found == set(newest_migrations()):
        return ""
    if found <= known_migrations():
        return _("The database is not at the newest migration: run `flask --app wsgi db upgrade`.")
    return _("The database is of a newer version than this code (migration %(migration)s): install that version, or restore an older backup.",
             migration=", ".join(sorted(found)))  # fmt: skip


def _database() -> Iterator[str]:
    try:
        found = MigrationContext.configure(db.session.connection()).get_current_heads()
    except SQLAlchemyError as error:
        db.session.rollback()
        yield _(
            "The database does not answer (%(error)s): look at DATABASE_URL, and whether it runs.",
            error=type(error).__name__,
        )
        return
    if set(found) != set(newest_migrations()):
        yield _("The database is not at the newest migration: run `flask --app wsgi db upgrade`.")


@cache
def newest_migrations() -> tuple[str, ...]:
    """The migrations this code was written for."""
    return tuple(_scripts().get_heads())


@cache
def known_migrations() -> frozenset[str]:
    """Every migration that this code knows."""
    return frozenset(each.revision for each in _scripts().walk_revisions())


def _scripts() -> ScriptDirectory:
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).resolve().parents[2] / "migrations"))
    return ScriptDirectory.from_config(settings)


def _keys() -> Iterator[str]:
    try:
        links.derive("doctor")
    except RuntimeError:
        yield _("LINK_KEY is not there: no link in any letter would open.")
    try:
        crypto.ring().seal("well", table="doctor", column="doctor", row=0)
    except crypto.KeyMissing:
        yield _("DATA_KEYS are not there: what people wrote in confidence could not be read.")


def _pragmas() -> Iterator[str]:
    if db.engine.dialect.name != "sqlite":
        return
    for name, wanted in PRAGMAS.items():
        found = str(db.session.scalar(text(f"PRAGMA {name}")))
        if found not in wanted:
            yield _("SQLite runs with %(setting)s: a power cut could lose what was acknowledged. Look at SQLITE_SYNCHRONOUS.",
                    setting=f"{name}={found}")  # fmt: skip


def _clocks() -> Iterator[str]:
    if db.engine.dialect.name != "postgresql":
        return
    theirs = db.session.scalar(text("SELECT clock_timestamp()"))
    apart = abs(clock.real_now() - theirs) if isinstance(theirs, datetime) else timedelta(0)
    if apart > SKEW:
        yield _("The clocks of this machine and of the database are %(seconds)s seconds apart: holds and links would end at the wrong time. Let both follow a time server.",
                seconds=int(apart.total_seconds()))  # fmt: skip


def _restored() -> Iterator[str]:
    since = stillness.since()
    if since is not None:
        yield _("The house was restored from a backup of %(moment)s UTC and stands still: it sends nothing and pays nothing back. `flask --app wsgi open-again` shows what waits, and lets it go on.",
                moment=f"{since.backup_made_at:%Y-%m-%d %H:%M}")  # fmt: skip


def _backup() -> Iterator[str]:
    """Once there is something to lose."""
    now = clock.now()
    first = db.session.scalar(select(Event.happened_at).order_by(Event.position).limit(1))
    last = db.session.scalar(select(func.max(Event.happened_at)).where(Event.name == "BackupMade"))
    since = last or first
    if since is None or now - since < UNSAVED or current_app.config["DEMO"]:
        return
    days = (now - since).days
    if last is None:
        yield _("No backup was ever made: run `flask --app wsgi backup FILE` every night.")
    else:
        yield ngettext("The last backup is %(num)d day old: look at what makes it every night.",
                       "The last backup is %(num)d days old: look at what makes it every night.", days)  # fmt: skip


def _worker() -> Iterator[str]:
    behind = worker_behind()
    if behind is not None:
        minutes = int(behind.total_seconds() // 60)
        yield _("The oldest waiting delivery has been due for %(minutes)s minutes: no worker runs, or it cannot keep up.",
                minutes=minutes)  # fmt: skip


def _resting() -> Iterator[str]:
    count = resting.count_resting()
    if count:
        yield _("Deliveries that failed for good and wait for a person: %(count)s. See `flask --app wsgi outbox list`.",
                count=count)  # fmt: skip


def _folder() -> Iterator[str]:
    folder = Path(current_app.config["VAR_DIR"])
    if not os.access(folder, os.W_OK | os.X_OK):
        yield _("The folder of VAR_DIR (%(folder)s) cannot be written to.", folder=folder)
    elif folder.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
        yield _(
            "Everybody on this machine can look into the folder of VAR_DIR: run `chmod 700 %(folder)s`.", folder=folder
        )


def _owner() -> Iterator[str]:
    if not owning.has_owner():
        yield _("Nobody owns the house: run `flask --app wsgi setup-link`, and open what it prints.")


def _unreadable() -> Iterator[str]:
    for name in current().said.unreadable:
        yield _("A stored secret (%(name)s) cannot be opened with these DATA_KEYS: put its key back, or type it again under “The house”.",
                name=name)  # fmt: skip


def _mail_server() -> Iterator[str]:
    house, server = current(), current().mail
    if not house.has_email:
        yield _(
            "The house has no mail address that people can answer to: say it under “The house”, or set HOUSE_EMAIL."
        )
    if not server.is_set:
        yield _("No mail server is set, so letters wait: set it under “The house”, or MAIL_SERVER.")
        return
    kind: Callable[..., smtplib.SMTP] = smtplib.SMTP_SSL if server.tls else smtplib.SMTP
    try:
        with kind(server.server, server.port, timeout=PATIENCE) as answering:
            answering.noop()
    except (OSError, smtplib.SMTPException) as error:
        yield _("The mail server %(server)s does not answer (%(error)s): letters wait until it does.",
                server=f"{server.server}:{server.port}", error=type(error).__name__)  # fmt: skip


def _stripe() -> Iterator[str]:
    house, till = current(), current().till
    if not till.is_set:
        if house.said.takes_money and not current_app.config["DEMO"]:
            yield _(
                "Stripe is not set up, so only what costs nothing can be booked: set it up under “The house”, or STRIPE_SECRET_KEY."
            )
        return
    if not till.webhook:
        yield _("The secret of Stripe’s webhook is missing: the house hears of payments late.")
    base = urlsplit(till.base or "https://api.stripe.com")
    port = base.port or (443 if base.scheme == "https" else 80)
    try:
        socket.create_connection((base.hostname or "", port), timeout=PATIENCE).close()
    except OSError as error:
        yield _("Stripe (%(server)s) cannot be reached (%(error)s): nobody can pay now.",
                server=f"{base.hostname}:{port}", error=type(error).__name__)  # fmt: skip
