"""`flask reconcile`: our ledger against Stripe's, to the cent."""

from __future__ import annotations

from typing import NoReturn

import click
from flask import Flask

from retreats.payments import compare, provider


def init_app(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(reconcile)


@click.command()
def reconcile() -> None:
    """Compare every payment with Stripe, both ways. Ends with 1 when one does not fit, with 2 when nothing was compared."""
    import stripe  # noqa: PLC0415  (a second of start-up, needed only where money moves)

    if not provider.is_open() and compare.payments_here():
        _give_up("STRIPE_SECRET_KEY is not set, and there are payments")
    try:
        found = compare.compare() if provider.is_open() else compare.Comparison(0, [], [])
    except stripe.StripeError as error:
        _give_up(f"Stripe could not be asked ({type(error).__name__})")
    for line in (*found.differing, *found.foreign):
        click.echo(line)
    click.echo(_summary(found))
    if found.differing:
        raise SystemExit(1)


def _summary(found: compare.Comparison) -> str:
    compared, differing, foreign = found.compared, len(found.differing), len(found.foreign)
    fits = f"{differing} {'does' if differing == 1 else 'do'} not fit." if differing else "the books agree."
    said = f"{compared} {'payment' if compared == 1 else 'payments'} compared: {fits}"
    return f"{said} {foreign} {'is' if foreign == 1 else 'are'} not this house's." if foreign else said


def _give_up(why: str) -> NoReturn:
    click.echo(f"{why}: nothing was compared.", err=True)
    raise SystemExit(2)
