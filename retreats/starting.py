"""What web and worker look at once, before they begin."""

from __future__ import annotations

from flask import Flask

from retreats.upkeep import checks


def refuse_another_version(app: Flask) -> None:
    """End this process with a sentence when its code and the database are not of one version.

    A database that does not answer is no reason: it may be there in a moment, and /health/ready says so meanwhile.
    """
    with app.app_context():
        sentence = checks.of_another_version()
    if sentence:
        said = f"The house does not open. {sentence}"
        raise SystemExit(said)
