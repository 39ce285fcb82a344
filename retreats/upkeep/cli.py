"""`flask doctor`: what is wrong, in sentences."""

from __future__ import annotations

import sys

import click
from flask import Flask

from retreats.upkeep import checks


def init_app(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(doctor)


@click.command()
def doctor() -> None:
    """Say what is misconfigured or does not run; ends with 1 when something is."""
    found = checks.everything()
    for sentence in found:
        click.echo(f"- {sentence}")
    if found:
        sys.exit(1)
    click.echo("The house is well.")
