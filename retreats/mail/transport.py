"""Speaking SMTP through flask-mail: with a limit to our patience, and with failures told apart."""

from __future__ import annotations

import re
import smtplib
import ssl
from datetime import timedelta
from typing import ClassVar

from flask import Flask, current_app
from flask_mail import Connection, Mail, Message

from retreats.house.queries import MailServer, current

_TOO_LATE = 500
_ENHANCED = re.compile(rb"\b[45]\.(\d{1,3})\.(\d{1,3})\b")


class MailFailure(RuntimeError):
    """The letter did not go out. Its sentence carries codes and never an address."""

    permanent: ClassVar[bool] = False
    longest_wait: ClassVar[timedelta] = timedelta(hours=1)
    last_attempt: ClassVar[int] = 82
    """With the waits doubling up to an hour: three days (72 h) after the first attempt."""

    def __init__(self, sentence: str, *, is_about_address: bool = False) -> None:
        super().__init__(sentence)
        self.is_about_address = is_about_address
        """Whether the answer was about the reader's address, and not about us or this letter."""
        self.to_address = ""
        """The address, where it was. It is never part of the sentence."""


class MailDelayed(MailFailure):
    """The server cannot be reached, is silent, or asks to come back later: it is tried again."""


class MailRefused(MailFailure):
    """The server refuses this letter for good."""

    permanent = True


class MailMisconfigured(MailFailure):
    """The server does not accept us: the password, or its certificate. Nothing was sent in clear."""


class MailNotSet(MailFailure):
    """The house has no mail server yet: its letters wait."""


class PatientConnection(Connection):
    """flask-mail's connection with a time limit, and with certificates looked at."""

    def configure_host(self) -> smtplib.SMTP:
        """Connect, secure and sign in, within MAIL_TIMEOUT seconds for each step. Raises MailNotSet."""
        server = current().mail
        if not server.is_set:
            message = "No mail server is set yet: the letter waits."
            raise MailNotSet(message)
        host = connected(server)
        try:
            if server.starttls:
                host.starttls(context=ssl.create_default_context())
            if server.username and server.password:
                host.login(server.username, server.password)
        except Exception:
            host.close()
            raise
        return host


class HouseMail(Mail):
    """flask-mail, connecting our way."""

    def connect(self) -> PatientConnection:
        """A connection for one letter or several."""
        return PatientConnection(current_app.extensions["mail"])


def init_app(app: Flask) -> None:
    """Connect flask-mail."""
    HouseMail(app)


def connected(server: MailServer) -> smtplib.SMTP:
    """A connection to this server, over TLS where it begins with it. Raises OSError and smtplib's own."""
    timeout = float(current_app.config["MAIL_TIMEOUT"])
    if server.tls:
        return smtplib.SMTP_SSL(server.server, server.port, timeout=timeout, context=ssl.create_default_context())
    return smtplib.SMTP(server.server, server.port, timeout=timeout)


def send(mail: Mail, message: Message) -> None:
    """Send one message. Raises MailDelayed, MailRefused, MailMisconfigured or MailNotSet."""
    connection = PatientConnection(mail)
    connection.host = None
    try:
        connection.host = connection.configure_host()
        connection.send(message)
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError, ssl.SSLError) as error:
        raise MailMisconfigured(_code_of(error, "The mail server does not accept us")) from None
    except smtplib.SMTPRecipientsRefused as error:
        code, reply = next(iter(error.recipients.values()))
        sentence = "The mail server does not take letters for this address"
        raise _failure(code, sentence, is_about_address=_is_about_address(code, reply)) from None
    except smtplib.SMTPResponseException as error:
        raise _failure(error.smtp_code, "The mail server did not take the letter") from None
    except (OSError, smtplib.SMTPException) as error:
        raise MailDelayed(_code_of(error, "The mail server could not be reached")) from None
    finally:
        _hang_up(connection)


def _failure(code: int, sentence: str, *, is_about_address: bool = False) -> MailFailure:
    kind = MailRefused if code >= _TOO_LATE else MailDelayed
    return kind(f"{sentence} (answer {code}).", is_about_address=is_about_address)


def _is_about_address(code: int, reply: bytes) -> bool:
    """Whether an answer to RCPT speaks of the mailbox: by its enhanced code (RFC 3463: x.1 addressing, x.2.0 and x.2.1
    mailbox), else by RFC 5321, 4.2.3. One about policy or relaying (x.7, 554) is about us: it marks nobody's address.
    """
    enhanced = _ENHANCED.search(reply)
    if enhanced is not None:
        subject, detail = enhanced[1], enhanced[2]
        return subject == b"1" or (subject == b"2" and detail in {b"0", b"1", b"2"})
    return code in {450, 550, 551, 553}


def _code_of(error: Exception, sentence: str) -> str:
    return f"{sentence} ({type(error).__name__})."


def _hang_up(connection: PatientConnection) -> None:
    if connection.host is not None:
        connection.host.close()
