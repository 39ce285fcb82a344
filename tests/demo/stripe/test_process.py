"""The stand-in as a process of its own, and its memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import httpx
import pytest
import stripe

from retreats.demo.stripe.server import StandIn
from tests.demo.stripe.conftest import checkout, library


def test_a_restart_forgets_nothing(tmp_path):
    ledger = tmp_path / "ledger.sqlite"
    first = StandIn(ledger)
    first.start()
    client = library(first.base)
    session = client.v1.checkout.sessions.create(checkout(), {"idempotency_key": "checkout-1"})
    httpx.post(session.url, data={"how": "pay"})
    first.stop()

    second = StandIn(ledger)
    second.start()
    client = library(second.base)
    again = client.v1.checkout.sessions.create(
        checkout(expires_at=session.expires_at), {"idempotency_key": "checkout-1"}
    )
    found = client.v1.checkout.sessions.retrieve(session.id)
    waiting = second.desk.ledger.deliveries(state="waiting")
    second.stop()

    assert again.id == session.id
    assert (found.status, found.payment_status) == ("complete", "paid")
    assert len(waiting) == 3


@pytest.mark.slow
def test_it_runs_by_itself_and_survives_being_shot(tmp_path):
    ledger = tmp_path / "deep" / "ledger.sqlite"
    process, base = started(ledger)
    session = library(base).v1.checkout.sessions.create(checkout())
    process.kill()
    process.wait()
    process.stdout.close()

    process, base = started(ledger)
    found = library(base).v1.checkout.sessions.retrieve(session.id)
    process.terminate()

    assert process.wait(timeout=10) == 0
    process.stdout.close()
    assert found.status == "open"


def started(ledger):
    command = [sys.executable, "-m", "retreats.demo.stripe", "--port", "0", "--ledger", str(ledger)]
    unset = {"STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_URL", "STRIPE_WEBHOOK_SECRET"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
    base = process.stdout.readline().split(" answers on ")[1].split(". ")[0]
    until = time.monotonic() + 10
    while httpx.get(f"{base}/_/ready").status_code != 200:
        assert time.monotonic() < until
    return process, base


@pytest.mark.slow
def test_a_real_key_is_refused_at_the_door():
    command = [sys.executable, "-m", "retreats.demo.stripe", "--secret-key", "sk_live_1"]

    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

    assert (ended.returncode, "test keys only" in ended.stderr) == (2, True)


def test_old_answers_and_events_are_let_go(stripe_standin):
    client = library(stripe_standin.api_base)
    session = client.v1.checkout.sessions.create(checkout(), {"idempotency_key": "checkout-1"})
    stripe_standin.pay(session.id)
    ledger = stripe_standin._running.desk.ledger
    stripe_standin.pass_time(31 * 86400)
    ledger.forget(stripe_standin._running.desk.now())

    assert ledger.answered("checkout-1") is None
    assert (stripe_standin.notices(), ledger.deliveries()) == ([], [])
    assert stripe_standin.ledger()["totals"]["eur"]["captured"] == 24000
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(checkout(), {"idempotency_key": "checkout-1"})
