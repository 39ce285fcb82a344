"""A Redis that is missing or silent costs time only: people book and sign in, and what follows, follows."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade

from retreats import create_app
from retreats.backup import making
from retreats.db import db
from retreats.outbox import worker
from tests.conftest import ROOT, Browser, settings
from tests.drill.redis_server import Redis, Unavailable
from tests.house import a_booking, a_gathering
from tests.kill.house import free_port
from tests.kill.parts import wait_until
from tests.smtp_server import PostOffice

pytestmark = [pytest.mark.slow, pytest.mark.each_store]


@pytest.fixture(params=["missing", "silent"])
def redis_at(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a Redis that is not there, or that takes connections and never answers."""
    with socket.socket() as listening:
        if request.param == "missing":
            yield f"redis://127.0.0.1:{free_port()}/0"
            return
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


@pytest.fixture
def lonely(redis_at: str, limits_as_before: None, running_post_office: PostOffice, tmp_path: Path) -> Iterator[Flask]:
    """A house as it is in life, with limits and nudges, whose Redis is of no use."""
    running_post_office.empty()
    real = settings(f"sqlite:///{tmp_path / 'house.db'}", tmp_path, REDIS_URL=redis_at, MAIL_SERVER="127.0.0.1",
                    MAIL_PORT=running_post_office.port, TESTING=False)  # fmt: skip
    app = create_app(**real)
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        yield app
        db.session.remove()
        db.engine.dispose()


def test_people_sign_in_and_book_and_nobody_waits_for_redis(lonely: Flask) -> None:
    lonely.config["WTF_CSRF_ENABLED"] = False
    lonely.test_client_class = Browser
    client, began = lonely.test_client(), time.monotonic()

    answers = [client.post("/sign-in", data={"email": "ada@example.org"}).status_code for _again in range(2)]

    assert answers == [303, 303]
    assert time.monotonic() - began < 8


def test_letters_go_out_while_the_queue_does_not_answer(
    lonely: Flask, running_post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "PULSE", 0.05)
    a_booking(a_gathering(), "ada@example.org")
    db.session.remove()
    stop = threading.Event()
    going: Any = threading.Thread(target=lonely.extensions["go_on_alone"], args=(stop,))
    going.start()

    came = wait_until(lambda: "ada@example.org" in {letter.to for letter in running_post_office.letters}, seconds=20)
    stop.set()
    going.join()

    assert came


def test_a_queue_that_is_there_and_was_flushed_is_no_reason_to_go_on_alone(tmp_path: Path) -> None:
    try:
        redis = Redis(tmp_path)
    except Unavailable as reason:
        pytest.skip(str(reason))
    redis.start()
    try:
        queue = worker.queue_at(redis.url)
        there = worker._answers(queue)
        redis.flush()
        flushed = worker._answers(queue)
        redis.stop()
        gone = worker._answers(queue)
    finally:
        redis.stop()

    assert (there, flushed, gone) == (True, True, False)


@pytest.mark.postgres
def test_postgresql_carries_nudges_from_one_host_to_the_other_and_may_be_away_when_a_process_begins(
    postgres_database: str, tmp_path: Path
) -> None:
    away = worker.queue_at(f"postgresql://nobody@127.0.0.1:{free_port()}/gone")
    url = postgres_database.replace("+psycopg", "")
    one, other = worker.queue_at(url), worker.queue_at(url)
    heard: list[str] = []

    def drain(errand: str) -> None:
        heard.append(errand)

    nudge, _wrapped = one.task(name="drain")(drain), other.task(name="drain")(drain)
    nudge("letters")
    other.execute(other.dequeue())
    there = [worker._answers(queue) for queue in (away, one, other)]
    one.storage.close()
    other.storage.close()

    assert heard == ["letters"]
    assert there == [False, True, True]


@pytest.mark.postgres
def test_a_queue_in_the_houses_own_database_is_no_part_of_its_backup(
    house: Flask, store: str, app: Flask, tmp_path: Path
) -> None:
    if store != "postgres":
        pytest.skip("SQLite keeps its queue in a file of its own")
    queue = worker.queue_at(app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", ""))
    assert worker._answers(queue)
    try:
        manifest = making.make(tmp_path / "house.zip")
    finally:
        queue.storage.close()
        with db.engine.begin() as connection:
            for name in ("counter", "kv", "schedule", "task"):
                connection.exec_driver_sql(f"DROP TABLE huey_{name}")

    assert "registration" in manifest["tables"]
    assert not [name for name in manifest["tables"] if "huey" in name]
