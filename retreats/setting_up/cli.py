"""`flask setup-link`: the address at which the first owner comes in."""

from __future__ import annotations

import click
from flask import Flask

from retreats.accounts import owning
from retreats.setting_up import door


def init_app(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(setup_link)


@click.command("setup-link")
def setup_link() -> None:
    """Print the link that makes the first owner. Once there is one, it ends with 1 and says how to come in."""
    if owning.has_owner():
        message = "The house has its owner. To come in without a letter: flask --app wsgi sign-in-link YOUR-ADDRESS"
        raise click.ClickException(message)
    click.echo(door.address())
