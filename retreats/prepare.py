"""Bring the database up to date, load the demonstration into a new one, and print the welcome: once before `make run`."""

from __future__ import annotations

from flask import Flask
from flask.cli import ScriptInfo

from retreats import create_app
from retreats.demo.people import welcome


def main() -> None:
    """One process for what would be three: starting Python costs more than the work."""
    app = create_app()
    _command(app, "db", "upgrade")
    if app.config["DEMO"]:
        _command(app, "demo", "load")
    with app.app_context():
        print(welcome(app.config["SITE_URL"]))


def _command(app: Flask, *words: str) -> None:
    app.cli.main(args=list(words), standalone_mode=False, obj=ScriptInfo(create_app=lambda: app))


if __name__ == "__main__":
    main()
