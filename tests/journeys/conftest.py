"""A house that is open: the application behind a real port, with Stripe and a mail server on loopback."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.serving import make_server

from retreats.outbox.worker import run_everything
from tests.conftest import SITE
from tests.stripe_standin import Stripe


@pytest.fixture
def open_house(app: Flask, till: Stripe, post_office: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address at which the house can be reached; its letters arrive in `post_office`."""
    del post_office
    server = make_server("127.0.0.1", 0, app, threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setitem(app.config, "SITE_URL", address)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    running = threading.Thread(target=server.serve_forever, daemon=True)
    running.start()
    till.deliver_to(f"{address}/webhooks/stripe")
    yield address
    server.shutdown()
    running.join(timeout=5)
    server.server_close()


@pytest.fixture
def happen(open_house: str) -> Callable[[], int]:
    """Let everything follow that is due, as the worker would."""
    del open_house
    return run_everything


@pytest.fixture
def reach(open_house: str) -> Callable[[str], str]:
    """An address of ours, from a path or from a link in a letter."""

    def here(link: str) -> str:
        split = urlsplit(link.replace(SITE, ""))
        return f"{open_house}{split.path}" + (f"?{split.query}" if split.query else "")

    return here
