"""Bring the database up to date, and load the demonstration where it is one: once, before `make run` opens the house."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import ScriptInfo

from retreats import create_app
from retreats.db import db
from retreats.demo.load import is_demonstration


def main() -> None:
    """One process for what would be two: starting takes longer than the work."""
    app = create_app()
    _command(app, "db", "upgrade")
    if app.config["DEMO"]:
        _command(app, "demo", "load")
        return
    with app.app_context():
        if is_demonstration(db.session()):
            message = ("This database holds the demonstration's invented people. Choose another folder for a house of your "
                       "own, as in `make run DEMO=0 VAR_DIR=house`.")  # fmt: skip
            raise SystemExit(message)


def _command(app: Flask, *words: str) -> None:
    try:
        app.cli.main(args=list(words), standalone_mode=False, obj=ScriptInfo(create_app=lambda: app))
    except click.ClickException as refusal:
        raise SystemExit(refusal.message) from refusal


if __name__ == "__main__":
    main()
