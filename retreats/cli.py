"""The commands of the house: `flask --app wsgi …`."""

from __future__ import annotations

import logging
import os
import threading
from contextlib import suppress

import click
from flask import Flask, current_app

from retreats import faults, starting


def init_app(app: Flask) -> None:
    """Add the commands that belong to no single slice."""
    app.cli.add_command(worker)


@click.command()
@click.option("--threads", default=4, show_default=True, help="How many things it does at once.")
def worker(threads: int) -> None:
    """Run what follows from events, until told to stop."""
    starting.refuse_another_version(current_app)
    starting.erase_again(current_app)
    huey = current_app.extensions["huey"]
    logging.getLogger("huey").setLevel(logging.WARNING)
    stop = threading.Event()
    with suppress(Exception):  # a queue that is not there: what is due is found without it
        current_app.extensions["sweep"].schedule(delay=0)
    threading.Thread(target=current_app.extensions["go_on_alone"], args=(stop,), daemon=True).start()
    consumer = huey.create_consumer(workers=threads, initial_delay=0.05, max_delay=0.5, backoff=1.2)
    faults.point("worker ready")
    click.echo(f"worker ready, process {os.getpid()}")
    consumer.run()
    stop.set()
