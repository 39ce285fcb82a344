"""`flask demo load|reset|who`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from retreats.demo import beginning
from retreats.demo.people import welcome
from retreats.refusals import Refusal

demo = AppGroup("demo", help="The demonstration: a small community in Lisbon, all invented.")


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(demo)


@demo.command("load")
def load() -> None:
    """Load the community into an empty house; nothing happens where somebody lives already."""
    with _said():
        is_new = beginning.load_if_new()
    click.echo("The demonstration is loaded." if is_new else "There is somebody here already.")


@demo.command("reset")
def reset() -> None:
    """Throw everything away and begin again. Only in demo mode."""
    if not current_app.config["DEMO"]:
        message = "This house is no demonstration (DEMO is not set): nothing was thrown away."
        raise click.ClickException(message)
    with _said():
        beginning.begin_again()
    click.echo("The demonstration begins again.")


@demo.command("who")
def who() -> None:
    """Print as whom one can look around."""
    click.echo(welcome(current_app.config["SITE_URL"]))


@contextmanager
def _said() -> Iterator[None]:
    """A refusal is a sentence here too, and ends the command with 1."""
    try:
        yield
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
