"""`flask outbox`: what rests after its last attempt, tried again or dropped."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click
from flask import Flask
from flask.cli import AppGroup

from retreats.db import writing
from retreats.outbox import resting
from retreats.refusals import NotFound

outbox = AppGroup("outbox", help="Consequences that failed and rest until somebody looks at them.")


def init_app(app: Flask) -> None:
    """Add the commands about deliveries."""
    app.cli.add_command(outbox)


@outbox.command("list")
def show() -> None:
    """List what rests: number, consequence, event, attempts, since when, and the last error."""
    found = resting.resting()
    for row in found:
        since = f"{row.rests_at:%Y-%m-%d %H:%M}" if row.rests_at else ""
        click.echo(
            f"{row.id}\t{row.reaction}\t{row.event.name}\t{row.attempts} attempts\tsince {since}\t{row.last_error}"
        )
    if not found:
        click.echo("Nothing rests.")


@outbox.command()
@click.argument("delivery", type=int)
def retry(delivery: int) -> None:
    """Try DELIVERY once more, at once."""
    _do(resting.retry, delivery, "It is tried again.")


@outbox.command()
@click.argument("delivery", type=int)
def drop(delivery: int) -> None:
    """Give DELIVERY up for good."""
    _do(resting.drop, delivery, "It was dropped.")


def _do(verb: Callable[[int], None], delivery: int, said: str) -> None:
    try:
        with writing():
            verb(delivery)
    except NotFound:
        click.echo(f"No delivery {delivery} rests; `flask outbox list` shows those that do.", err=True)
        sys.exit(1)
    click.echo(said)
