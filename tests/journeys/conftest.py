"""A house that is open: the application behind a real port, with Stripe and a mail server on loopback."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from retreats.outbox.worker import run_everything
from tests.conftest import SITE, Browser
from tests.smtp_server import PostOffice
from tests.stripe_standin import Stripe


@pytest.fixture
def open_house(app: Flask, till: Stripe, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address at which the house can be reached; its letters arrive in `post_office`."""
    del post_office
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    with served(app) as address:
        monkeypatch.setitem(app.config, "SITE_URL", address)
        till.deliver_to(f"{address}/webhooks/stripe")
        yield address


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address at which this application answers meanwhile."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    running = threading.Thread(target=server.serve_forever, daemon=True)
    running.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
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


@pytest.fixture
def others(app: Flask, open_house: str) -> FlaskClient:
    """The browser of everybody else, whom nobody watches."""
    del open_house
    app.test_client_class = Browser
    return app.test_client()


@pytest.fixture
def way_in(post_office: PostOffice, happen: Callable[[], int]) -> Callable[[str, str], str]:
    """The link of this kind (`/reflect/`) in the newest letter to somebody that has one, as it arrived."""

    def find(name: str, kind: str) -> str:
        happen()
        letters = [letter for letter in post_office.letters if letter.to == f"{name}@example.org"]
        links = [link for letter in letters for link in re.findall(r"https?://\S+", letter.text) if kind in link]
        assert links, [letter.subject for letter in letters]
        return links[-1]

    return find
