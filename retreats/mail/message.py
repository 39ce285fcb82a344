"""A letter as MIME."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask_mail import Message


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """One letter to one reader."""

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


def compose(envelope: Envelope, *, sender: tuple[str, str]) -> Message:
    """The message to send."""
    message = Message(envelope.subject, recipients=[envelope.to_address], body=envelope.text, html=envelope.html,
                      sender=f'"{sender[0]}" <{sender[1]}>')  # fmt: skip
    message.msgId = envelope.message_id
    return message
