"""`flask reconcile`: our ledger against the provider's, to the cent."""

from __future__ import annotations

import click
from flask import Flask

from retreats.payments.compare import differences


def init_app(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(reconcile)


@click.command()
def reconcile() -> None:
    """Compare every payment with Stripe; ends with 1 when something differs."""
    checked, found = differences()
    for line in found:
        click.echo(line)
    click.echo(f"{checked} payments compared, {len(found)} differ.")
    if found:
        raise SystemExit(1)
