"""Takes notices to the house, signed, and tries again. https://docs.stripe.com/webhooks (signatures, retries)"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Thread
from urllib.parse import urlsplit

from retreats.demo.stripe import sessions
from retreats.demo.stripe.decoding import Thing
from retreats.demo.stripe.desk import Desk, public
from retreats.demo.stripe.ledger import Delivery

PULSE = 0.5
"""Seconds between two looks at the clock."""
LONGEST_WAIT = 60.0
AN_HOUR = 3600

log = logging.getLogger(__name__)


def signature(body: bytes, secrets: tuple[str, ...], *, at: int | None = None) -> str:
    """The Stripe-Signature header: `t=…,v1=…`, HMAC-SHA256 over `t.body`, one v1 for each secret.

    https://docs.stripe.com/webhooks/signature (verify manually). `at` is Unix seconds of the real clock.
    """
    moment = int(time.time()) if at is None else at
    signed = str(moment).encode() + b"." + body
    marks = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={moment}", *(f"v1={mark}" for mark in marks)])


def written(event: Thing) -> bytes:
    """The bytes that are signed and sent."""
    return json.dumps(public(event), indent=2).encode()


class Courier:
    """One thread: time passes, and what is due goes out, one notice after the other."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._woken = Event()
        self._ended = Event()
        self._thread = Thread(target=self._run, name="courier", daemon=True)
        self._forgot = 0.0

    def start(self) -> None:
        self._desk.told = self._woken.set
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._woken.set()
        self._thread.join(timeout=self._desk.settings.patience + PULSE)

    def wake(self) -> None:
        self._woken.set()

    def carry(self, event: str, url: str) -> str:
        """Take one event there now; what was answered, or why nothing was."""
        found = self._desk.ledger.find(event)
        return "forgotten" if found is None else self._post(url, written(found))

    def _run(self) -> None:
        while not self._ended.is_set():
            self._woken.wait(PULSE)
            self._woken.clear()
            try:
                self._look()
            except Exception:
                log.exception("A look at the ledger failed; the next one follows.")

    def _look(self) -> None:
        sessions.let_time_pass(self._desk)
        if self._desk.time() - self._forgot > AN_HOUR:
            self._desk.ledger.forget(self._desk.now())
            self._forgot = self._desk.time()
        for delivery in self._desk.ledger.deliveries(state="waiting", due=self._desk.time()):
            url = self._desk.settings.webhook_url
            if url is None or self._ended.is_set():
                return
            self._note(delivery, self.carry(delivery.event, url))

    def _note(self, delivery: Delivery, answer: str) -> None:
        settings = self._desk.settings
        tried = delivery.attempts + 1
        state = "delivered" if answer.startswith("2") else "failed" if tried >= settings.attempts else "waiting"
        wait = min(settings.first_retry * 2.0 ** (tried - 1), LONGEST_WAIT)
        self._desk.ledger.note(delivery.number, state=state, due=self._desk.time() + wait, answer=answer)
        log.info("%s for %s: %s (%s)", answer, delivery.event, state, tried)

    def _post(self, url: str, body: bytes) -> str:
        parts = urlsplit(url)
        connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(body, self._desk.settings.webhook_secrets),
            "User-Agent": "Stripe/1.0 (stand-in)",
        }
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        with closing(connect(parts.netloc, timeout=self._desk.settings.patience)) as connection:
            try:
                connection.request("POST", target or "/", body, headers)
                return str(connection.getresponse().status)
            except (OSError, HTTPException) as error:
                return type(error).__name__
