"""Otto takes one file after the other, and searches as fast as he can read; Ines never waits for him (RATE-08)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from retreats import create_app
from retreats.accounts.guards import turns
from retreats.booking import exporting
from retreats.db import db
from tests.catalogue.organise import otto
from tests.conftest import Browser, browser_of, settings
from tests.house import a_booking, a_gathering, a_person, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.each_store]
EXPORT, SEARCH = "/organise/registrations/export", "/organise/search?q=ada"


@pytest.fixture
def slow_files(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Files whose rows come when the test says so (or after ten seconds, whatever happens)."""
    go, really = threading.Event(), exporting.rows

    def rows(*args: Any, **kwargs: Any) -> Iterator[list[Any]]:
        go.wait(10)
        yield from really(*args, **kwargs)

    monkeypatch.setattr(exporting, "rows", rows)
    yield go
    go.set()


def taking(hands: ThreadPoolExecutor, app: Flask, of: FlaskClient, language: str = "en") -> Future[Any]:
    """Somebody's browser asks for the file, and reads it to its end."""
    with of.session_transaction() as held:
        token = held["_user_id"]

    def take() -> Any:
        with app.app_context():
            browser = browser_of(app)
            with browser.session_transaction() as session:
                session.update(_user_id=token, _fresh=True)
            return browser.post(f"{EXPORT}?lang={language}", buffered=True)

    return hands.submit(take)


def a_moment() -> None:
    time.sleep(0.4)


def test_one_at_a_time_the_second_waits_the_third_hears_when_to_come_and_nobody_else_waits(
    app: Flask, client: FlaskClient, another_client: FlaskClient, slow_files: threading.Event
) -> None:
    otto(client)
    sign_in(another_client, a_person("ines@example.org", role="organiser"))
    a_booking(a_gathering(), "ada@example.org")
    db.session.remove()

    with ThreadPoolExecutor(6) as hands:
        first = taking(hands, app, client)
        a_moment()
        second = taking(hands, app, client)
        a_moment()
        third = taking(hands, app, client, "pt").result(3)
        began = time.monotonic()
        elsewhere = another_client.get("/organise/registrations").status_code
        hers = taking(hands, app, another_client)
        took = time.monotonic() - began
        a_moment()
        waiting = [each.done() for each in (first, second, hers)]
        slow_files.set()
        codes = [each.result(9).status_code for each in (first, second, hers)]

    assert (third.status_code, third.headers["Retry-After"]) == (429, "10")
    assert "Outro ficheiro seu está a ser feito" in third.text
    assert waiting == [False, False, False], "the file of the other one is begun at once, beside the first"
    assert (codes, elsewhere) == ([200, 200, 200], 200)
    assert took < 3


def test_whoever_has_waited_long_enough_hears_it_and_a_turn_ends_with_whatever_ends_it(
    app: Flask, client: FlaskClient, slow_files: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.3)
    otto(client)

    with ThreadPoolExecutor(2) as hands:
        first = taking(hands, app, client)
        a_moment()
        late = taking(hands, app, client).result(5)
        slow_files.set()
        done = first.result(9).status_code
    with monkeypatch.context() as broken:
        broken.setattr(exporting, "heads", lambda _wanted: 1 / 0)
        fault = client.post(EXPORT, buffered=True).status_code
    again = client.post(EXPORT, buffered=True).status_code

    assert (late.status_code, done, fault, again) == (429, 200, 500, 200)
    assert "Let that one finish" in late.text


def test_searches_are_limited_for_each_person_kindly(app: Flask, limits_as_before: None, tmp_path: Path) -> None:
    real = create_app(**settings(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path, TESTING=False))
    real.config["WTF_CSRF_ENABLED"] = False
    real.test_client_class = Browser
    his, hers = real.test_client(), real.test_client()
    with real.app_context():
        otto(his)
        sign_in(hers, a_person("ines@example.org", role="organiser"))

    said = [his.get(SEARCH) for _each in range(121)]
    her = hers.get(SEARCH).status_code
    with real.app_context():
        db.session.remove()
        db.engine.dispose()

    assert {each.status_code for each in said[:120]} == {200}
    assert said[120].status_code == 429
    assert 1 <= int(said[120].headers["Retry-After"]) <= 60
    assert "more often than we allow" in said[120].text
    assert her == 200
