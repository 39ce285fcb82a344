"""`flask retention`: what is kept for a time only, and is over."""

from __future__ import annotations

import click
from flask import Flask

from retreats import clock
from retreats.db import writing
from retreats.privacy import keeping


def init_app(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(retention)


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go now, and in the next thirty days.")
def retention(*, dry_run: bool) -> None:
    """Delete what is kept no longer, as the worker does by itself; names nobody."""
    now = clock.now()
    for each in keeping.leaving(now + keeping.AHEAD if dry_run else now):
        where = each.gathering.slug if each.gathering else "-"
        click.echo(f"{each.going.on:%Y-%m-%d}  {each.what:<10}  {each.going.count:>6}  {where}")
    if dry_run:
        click.echo("Nothing was deleted.")
        return
    with writing():
        keeping.forget_due(now)
    click.echo("Deleted.")
