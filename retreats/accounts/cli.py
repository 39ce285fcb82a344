"""`flask people`: give somebody a role, let somebody in again who lost what proves them; `flask sign-in-link`: a way in."""

from __future__ import annotations

import click
from email_validator import EmailNotValidError, validate_email
from flask import Flask, current_app
from flask.cli import AppGroup

from retreats.accounts import service
from retreats.db import writing
from retreats.house.queries import current
from retreats.languages import LANGUAGES

people = AppGroup("people", help="Who may do what.")


def init_app(app: Flask) -> None:
    """Add the commands about people."""
    app.cli.add_command(people)
    app.cli.add_command(sign_in_link)


@people.command()
@click.argument("email")
@click.option("--owner", "role", flag_value="owner", help="They organise, and say who may do what.")
@click.option(
    "--organiser", "role", flag_value="organiser", help="They make gatherings and see registrations and money."
)
@click.option("--facilitator", "role", flag_value="facilitator", help="They lead gatherings.")
@click.option("--name", default="", help="What they are called. A name the house knows already stays.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="en", show_default=True)
def invite(email: str, role: str | None, name: str, language: str) -> None:
    """Give EMAIL a role and tell them by letter. They sign in with this address; there is no password."""
    if role is None:
        message = "Say which: --owner, --organiser or --facilitator."
        raise click.UsageError(message)
    try:
        address = validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise click.BadParameter(str(error), param_hint="EMAIL") from error
    with writing():
        person = service.invite(address, name=name or address.partition("@")[0], role=role, language=language)
    click.echo(f"{person.name} <{person.email}> is {role}. They sign in at {current_app.config['SITE_URL']}/sign-in")


@people.command("forget-second-factor")
@click.argument("email")
def forget_second_factor(email: str) -> None:
    """Take away the second factor of EMAIL, who has lost it with all recovery codes. They set up a new one."""
    with writing():
        person = service.known_by(email)
        if person is None:
            message = "The house does not know this address."
            raise click.BadParameter(message, param_hint="EMAIL")
        service.reset_second_factor(person)
    click.echo(f"{person.name} <{person.email}> has no second factor any more, and is told by letter.")


@click.command("sign-in-link")
@click.argument("email")
def sign_in_link(email: str) -> None:
    """Print a link that lets EMAIL in: once, for ten minutes. For a house that cannot send letters yet."""
    with writing():
        asked = service.way_in(email)
        href = f"{current().url}/sign-in/link/{service.link_token(asked)}" if asked else None
    if href is None:
        message = "The house knows nobody by this address who may come in."
        raise click.ClickException(message)
    click.echo(href)
