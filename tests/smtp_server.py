"""A post office for tests: a real SMTP server on loopback, with switches for its bad days."""

from __future__ import annotations

import asyncio
import email
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


@dataclass
class Received:
    """A letter as it arrived."""

    raw: bytes
    recipients: list[str]

    @property
    def mail(self) -> EmailMessage:
        """Parsed by Python's own parser."""
        return cast("EmailMessage", email.message_from_bytes(self.raw, policy=default))

    @property
    def to(self) -> str:
        """The one address it was brought to."""
        [address] = self.recipients
        return address

    @property
    def subject(self) -> str:
        return str(self.mail["Subject"])

    @property
    def message_id(self) -> str:
        return str(self.mail["Message-ID"])

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def calendar(self) -> bytes | None:
        """What a mail program takes for its calendar."""
        parts = [part for part in self.mail.walk() if part.get_content_type() == "text/calendar"]
        return cast("bytes", parts[0].get_payload(decode=True)) if parts else None

    def _part(self, kind: str) -> str:
        body = self.mail.get_body((kind,))
        assert body is not None
        return str(body.get_content())


class Clerk:
    """Takes letters in, unless told otherwise: `refuse_with` is an answer such as `550 no such person`."""

    def __init__(self) -> None:
        self.letters: list[Received] = []
        self.refuse_recipient: str | None = None
        self.answer_data: str | None = None
        self.silent_for = 0.0

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if self.refuse_recipient:
            return self.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.silent_for:
            await asyncio.sleep(self.silent_for)
        if self.answer_data:
            return self.answer_data
        self.letters.append(Received(envelope.content, list(envelope.rcpt_tos)))
        return "250 taken"


class PostOffice:
    """The server, and what it has."""

    def __init__(self, *, password: str | None = None) -> None:
        self.clerk = Clerk()
        self.port = _free_port()
        options: dict[str, Any] = {}
        if password is not None:
            options = {
                "auth_required": True,
                "auth_require_tls": False,
                "authenticator": lambda *given: AuthResult(
                    success=given[-1].password == password.encode(), handled=False
                ),
            }
        self._controller = Controller(self.clerk, hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()

    @property
    def letters(self) -> list[Received]:
        """What arrived, newest last."""
        return self.clerk.letters

    def empty(self) -> None:
        """No letters, and no bad day."""
        self.clerk.letters.clear()
        self.clerk.refuse_recipient = self.clerk.answer_data = None
        self.clerk.silent_for = 0.0

    def close(self) -> None:
        self._controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def running_post_office() -> Iterator[PostOffice]:
    """One for the whole run."""
    office = PostOffice()
    yield office
    office.close()


@pytest.fixture
def post_office(app: Any, running_post_office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> PostOffice:
    """An empty post office to which this house brings its letters."""
    running_post_office.empty()
    monkeypatch.setitem(app.config, "MAIL_SERVER", "127.0.0.1")
    monkeypatch.setitem(app.config, "MAIL_PORT", running_post_office.port)
    return running_post_office
