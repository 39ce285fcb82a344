"""A letter as MIME, in the one shape that every mail program reads (RFC 2045, 6047):

mixed > ( alternative > text, html, text/calendar with its method last ) + invite.ics, both calendars the same octets.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal

from flask_mail import Message


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """One letter to one reader. `sent_at` is its Date; the same envelope gives the same octets."""

    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    message_id: str
    sent_at: datetime
    language: str
    calendar: bytes | None = None
    calendar_method: Literal["REQUEST", "CANCEL"] | None = None


class HouseMessage(Message):
    """flask-mail's message, with our own MIME tree."""

    def __init__(self, envelope: Envelope, sender: tuple[str, str]) -> None:
        self.envelope = envelope
        self.house = Address(header_safe(sender[0]), addr_spec=sender[1])
        super().__init__(subject=header_safe(envelope.subject), recipients=[envelope.to_address], sender=sender[1])
        self.msgId = envelope.message_id
        self.date = envelope.sent_at.timestamp()

    def _message(self) -> EmailMessage:  # type: ignore[override]  # a newer kind of message with the same way out
        envelope = self.envelope
        mail = _letter(envelope)
        if envelope.calendar is not None and envelope.calendar_method is not None:
            mail.add_alternative(envelope.calendar, maintype="text", subtype="calendar", cte="base64")
            part = list(mail.iter_parts())[-1]
            part.set_param("method", envelope.calendar_method)
            part.set_param("charset", "utf-8")
            mail.add_attachment(envelope.calendar, maintype="application", subtype="ics", filename="invite.ics")
        mail["Subject"] = self.subject
        mail["From"] = self.house
        mail["To"] = Address(header_safe(envelope.to_name), addr_spec=envelope.to_address)
        mail["Date"] = format_datetime(envelope.sent_at)
        mail["Message-ID"] = envelope.message_id
        mail["Auto-Submitted"] = "auto-generated"
        mail["Content-Language"] = envelope.language
        _set_boundaries(mail, envelope.message_id)
        return mail


def compose(envelope: Envelope, *, sender: tuple[str, str]) -> HouseMessage:
    """The message to send, from the house (`sender` is its name and its one address)."""
    return HouseMessage(envelope, sender)


def _letter(envelope: Envelope) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail.set_content(envelope.text, cte="quoted-printable")
    mail.add_alternative(envelope.html, subtype="html", cte="quoted-printable")
    return mail


def _set_boundaries(mail: EmailMessage, message_id: str) -> None:
    """Boundaries made from the Message-ID, so that a retry sends the same octets."""
    for depth, part in enumerate(each for each in mail.walk() if each.is_multipart()):
        digest = hashlib.sha256(f"{message_id}{depth}".encode()).hexdigest()[:24]
        part.set_boundary(f"=={digest}==")


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def header_safe(text: str) -> str:
    """Text that may stand in a header: no control character, nothing that turns the reading direction, one line."""
    visible = "".join(letter for letter in _CONTROL.sub(" ", text) if unicodedata.category(letter) != "Cf")
    return " ".join(visible.split())
