"""Speaking SMTP."""

from __future__ import annotations

from flask import Flask
from flask_mail import Mail, Message


class MailFailure(RuntimeError):
    """The letter did not go out."""


class MailRefused(MailFailure):
    """The server refuses it for good."""

    permanent = True


def init_app(app: Flask) -> None:
    """Connect flask-mail."""
    Mail(app)


def send(mail: Mail, message: Message) -> None:
    """Send one message."""
    mail.send(message)
