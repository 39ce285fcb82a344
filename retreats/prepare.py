"""Bring the database up to date and load the demonstration into a new one: once, before `make run` opens the house."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import ScriptInfo

from retreats import create_app


def main() -> None:
    """One process for what would be two: starting takes longer than the work."""
    app = create_app()
    _command(app, "db", "upgrade")
    if app.config["DEMO"]:
        _command(app, "demo", "load")


def _command(app: Flask, *words: str) -> None:
    try:
        app.cli.main(args=list(words), standalone_mode=False, obj=ScriptInfo(create_app=lambda: app))
    except click.ClickException as refusal:
        raise SystemExit(refusal.message) from refusal


if __name__ == "__main__":
    main()
