"""What web and worker look at once, before they begin."""

from __future__ import annotations

import structlog
from flask import Flask
from sqlalchemy.exc import OperationalError

from retreats.db import writing
from retreats.privacy import again, erased_list
from retreats.upkeep import checks

log = structlog.get_logger()


def refuse_another_version(app: Flask) -> None:
    """End this process with a sentence when its code and the database are not of one version.

    A database that does not answer is no reason: it may be there in a moment, and /health/ready says so meanwhile.
    """
    with app.app_context():
        sentence = checks.of_another_version()
    if sentence:
        said = f"The house does not open. {sentence}"
        raise SystemExit(said)


def erase_again(app: Flask) -> None:
    """Whoever was erased and is here nevertheless, because somebody put an older copy in place, goes before anybody is served."""
    with app.app_context():
        if erased_list.own_path().is_file():
            try:
                with writing():
                    again.erase_again()
            except OperationalError:  # as above: it may be there in a moment, and every process that begins looks again
                log.warning("could not look for the erased: the database does not answer")
