"""`flask doctor`: what is wrong, in sentences; `flask reseal`: an old key is replaced."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click
from flask import Flask

from retreats import crypto
from retreats.db import writing
from retreats.upkeep import checks, resealing


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(doctor)
    app.cli.add_command(reseal)


@click.command()
def doctor() -> None:
    """Say what is misconfigured or does not run; ends with 1 when something is."""
    found = checks.everything()
    for sentence in found:
        click.echo(f"- {sentence}")
    if found:
        sys.exit(1)
    click.echo("The house is well.")


@click.command()
def reseal() -> None:
    """Seal every confidential text with the first of DATA_KEYS, while the house is open, so that older keys can go."""
    count = broken = 0
    try:
        for cells in resealing.every_column():
            for step in _steps(cells):
                count, broken = count + step.count, broken + step.broken
    except crypto.KeyMissing as missing:
        click.echo(
            f"{missing} Put it back, behind the new one, until this is done. {count} were sealed anew.", err=True
        )
        sys.exit(1)
    key = crypto.ring().seals_with.decode("ascii")
    click.echo(f"Sealed anew with {key}: {count}.")
    if broken:
        click.echo(f"{broken} do not open and were left as they are: they were changed outside of the house.", err=True)
        sys.exit(1)
    click.echo(f"Nothing needs another key than {key} any more, but for backups made before.")


def _steps(cells: resealing.Cells) -> Iterator[resealing.Resealed]:
    """One column, a few rows in each transaction."""
    step = resealing.Resealed(None)
    while True:
        with writing():
            step = resealing.some(cells, after=step.after)
        yield step
        if step.after is None:
            return
