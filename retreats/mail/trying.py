"""One letter sent by hand, step by step, keeping what the server answers: for whoever sets the mail server up."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass

from flask_mail import Message

from retreats.house.queries import MailServer
from retreats.mail.message import header_safe
from retreats.mail.transport import connected

STEPS = ("connect", "secure", "sign_in", "sender", "recipient", "letter")
_LONGEST = 300
_OK = 400


@dataclass(frozen=True)
class Heard:
    """What the server answered at one of STEPS, in its own words."""

    step: str
    answer: str
    is_good: bool


def try_out(server: MailServer, message: Message) -> list[Heard]:
    """Bring one message to this server; each step up to the first that fails, the last of STEPS when it was taken.

    Waits MAIL_TIMEOUT seconds at most for each answer, and repeats nothing. Addresses are left out of the answers.
    """
    conversation, heard = _conversation(server, message), list[Heard]()
    for step in STEPS:
        try:
            code, answer = next(conversation)
        except (OSError, UnicodeError, smtplib.SMTPException) as error:
            code, answer = _fault(error)
        if code:
            heard.append(Heard(step, _without_addresses(code, answer, message), is_good=code < _OK))
        if code >= _OK:
            break
    conversation.close()
    return heard


Answer = tuple[int, bytes]


def _conversation(server: MailServer, message: Message) -> Generator[Answer]:
    """One answer for each of STEPS; 0 where a step is not needed."""
    host = connected(server)
    try:
        yield host.ehlo()
        yield host.starttls(context=ssl.create_default_context()) if server.starttls else (0, b"")
        yield host.login(server.username, server.password) if server.username and server.password else (0, b"")
        yield host.mail(str(message.sender))
        yield host.rcpt(str(next(iter(message.send_to))))
        yield host.data(message.as_bytes())
    finally:
        with suppress(OSError, smtplib.SMTPException):
            host.quit()


def _fault(error: Exception) -> Answer:
    """An error as if the server had said it; 599 where it said nothing."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return max(error.smtp_code, _OK), said if isinstance(said, bytes) else str(said).encode()
    return 599, f"{type(error).__name__}: {error}".encode()


def _without_addresses(code: int, answer: bytes, message: Message) -> str:
    text = header_safe(answer.decode("utf-8", "replace"))
    for address in map(str, (message.sender, *message.send_to)):
        text = text.replace(address, "…")
    return text[:_LONGEST] if code == 599 else f"{code} {text}"[:_LONGEST]
