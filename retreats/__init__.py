"""Retreats: bookings for people who hold gatherings, with a loop that closes.

`create_app` is the only place where things are put together.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import structlog
from flask import Blueprint, Flask
from structlog.tracebacks import ExceptionDictTransformer

from retreats import cli, clock, config, crypto, db, languages, links, outbox, reactions, translations, web
from retreats.accounts import cli as accounts_cli
from retreats.accounts import guards
from retreats.backup import cli as backup_cli
from retreats.catalogue.service import asking_first
from retreats.demo import cli as demo_cli
from retreats.demo import clockwork
from retreats.feedback import practised
from retreats.feedback.service import series
from retreats.house import keeping
from retreats.mail import service as mail_service
from retreats.mail import transport
from retreats.outbox import cli as outbox_cli
from retreats.outbox import worker
from retreats.payments import cli as payments_cli
from retreats.practices.queries import titles as practice_titles
from retreats.privacy import cli as privacy_cli
from retreats.routing import LazyRule
from retreats.setting_up import cli as setting_up_cli
from retreats.upkeep import cli as upkeep_cli

ROOT = Path(__file__).resolve().parent.parent


class House(Flask):
    """Flask, with routes that are put together when they are needed."""

    url_rule_class = LazyRule


def create_app(**overrides: object) -> Flask:
    """The application, from the environment and `overrides` (settings by their environment names).

    Raises config.SettingsWrong, which ends a process with sentences instead of a trace.
    """
    settings = config.read(**overrides)
    _log_to_stderr(settings.log_level)
    crypto.use_keys(settings.data_keys)
    links.use_key(settings.link_key)
    settings.var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    clock.keep_offset_in(settings.var_dir / "demo-clock" if settings.demo else None)
    translations.compile_if_stale()
    app = House("retreats", root_path=str(ROOT / "retreats"), template_folder="../templates", static_folder="../static")
    app.config.update(config.flask_config(settings))
    _connect(app)
    return app


def _connect(app: Flask) -> None:
    outbox.connect(reactions.REACTIONS)
    mail_service.connect(reactions.LETTERS)
    worker.connect(reactions.TICKS)
    clockwork.connect(reactions.NEXT_DUE)
    asking_first.connect(series.asks_of_promises)
    practised.connect(practice_titles.chosen_by, practice_titles.of_gathering)
    db.init_app(app)
    keeping.init_app(app)
    languages.init_app(app)
    web.init_app(app)
    guards.init_app(app)
    transport.init_app(app)
    worker.init_app(app)
    cli.init_app(app)
    payments_cli.init_app(app)
    accounts_cli.init_app(app)
    outbox_cli.init_app(app)
    privacy_cli.init_app(app)
    upkeep_cli.init_app(app)
    setting_up_cli.init_app(app)
    backup_cli.init_app(app)
    demo_cli.init_app(app)
    for blueprint in _blueprints(demo=bool(app.config["DEMO"])):
        app.register_blueprint(blueprint)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _blueprints(*, demo: bool) -> list[Blueprint]:
    """Every slice's pages. Imported here, so that tools which need no routes start fast."""
    from retreats.accounts import routes as accounts  # noqa: PLC0415
    from retreats.feedback.routes import bp as feedback  # noqa: PLC0415
    from retreats.pages import bookings, day, led_feed, me, own_feed, public_feeds, search  # noqa: PLC0415
    from retreats.pages import routes as pages  # noqa: PLC0415
    from retreats.payments.routes import organise as money  # noqa: PLC0415
    from retreats.payments.routes import pay  # noqa: PLC0415
    from retreats.people import routes as people  # noqa: PLC0415
    from retreats.pictures import routes as pictures  # noqa: PLC0415
    from retreats.setting_up.routes import bp as setting_up  # noqa: PLC0415
    from retreats.upkeep import routes as upkeep  # noqa: PLC0415

    return [
        accounts.bp,
        pages.bp,
        *_booking_blueprints(),
        bookings.bp,
        me.bp,
        own_feed.bp,
        led_feed.bp,
        public_feeds.bp,
        day.bp,
        search.bp,
        *_catalogue_blueprints(),
        feedback,
        *_between_blueprints(),
        pay.bp,
        money.bp,
        *_mailings_blueprints(),
        people.bp,
        pictures.bp,
        upkeep.bp,
        setting_up,
        *(_demo_blueprints() if demo else ()),
    ]


def _between_blueprints() -> list[Blueprint]:
    """What goes on between and after sessions."""
    from retreats.conversation import routes as conversation  # noqa: PLC0415
    from retreats.practices import routes as practices  # noqa: PLC0415

    return [practices.bp, conversation.bp]


def _mailings_blueprints() -> list[Blueprint]:
    from retreats.mailings.routes import facilitate, organise, queue, timed  # noqa: PLC0415

    return [organise.bp, facilitate.bp, timed.bp, queue.bp]


def _catalogue_blueprints() -> list[Blueprint]:
    from retreats.catalogue.routes import copy, organise, pictures, postpone, profiles, series, venues  # noqa: PLC0415

    return [organise.bp, pictures.bp, venues.bp, profiles.bp, postpone.bp, copy.bp, series.bp]


def _booking_blueprints() -> list[Blueprint]:
    """The pages of those who book, and what organisers and facilitators see and do of bookings."""
    from retreats.booking.routes import (  # noqa: PLC0415
        by_house,
        correct,
        decide,
        discreet,
        export,
        facilitate,
        listed,
        manage,
        many,
        many_cancel,
        organise,
        printing,
        public,
        questions,
    )

    lists = (listed, many, many_cancel, export, printing)
    asked = (public, manage, discreet, organise, *lists, by_house, correct, decide, questions, facilitate)
    return [*(each.bp for each in asked), *_own_data_blueprints()]


def _own_data_blueprints() -> list[Blueprint]:
    """What is held of somebody, and what they say about their health."""
    from retreats.health import routes as health  # noqa: PLC0415
    from retreats.privacy import routes as privacy  # noqa: PLC0415

    return [health.bp, privacy.bp]


def _demo_blueprints() -> list[Blueprint]:
    """Pages that exist only in the demonstration."""
    from retreats.demo import answers, routes  # noqa: PLC0415

    return [routes.bp, answers.bp]


def _log_to_stderr(level: str) -> None:
    """One JSON line for each thing that happened; never a name, an address or a text of a person."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False, max_frames=12)),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
