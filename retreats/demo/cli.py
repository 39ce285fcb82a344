"""`flask demo load|reset|who`."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from retreats.demo import beginning
from retreats.demo.people import welcome

demo = AppGroup("demo", help="The demonstration: a small community in Lisbon, all invented.")


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(demo)


@demo.command("load")
def load() -> None:
    """Load the community into an empty house; nothing happens where somebody lives already."""
    click.echo("The demonstration is loaded." if beginning.load_if_new() else "There is somebody here already.")


@demo.command("reset")
def reset() -> None:
    """Throw everything away and begin again. Only in demo mode."""
    if not current_app.config["DEMO"]:
        message = "This house is no demonstration (DEMO is not set): nothing was thrown away."
        raise click.ClickException(message)
    beginning.begin_again()
    click.echo("The demonstration begins again.")


@demo.command("who")
def who() -> None:
    """Print as whom one can look around."""
    click.echo(welcome(current_app.config["SITE_URL"]))
