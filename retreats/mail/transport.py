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
from retreats.mail import failures

_TOO_LATE = 500
_ENHANCED = re.compile(rb"\b[45]\.(\d{1,3})\.(\d{1,3})\b")


class MailFailure(RuntimeError):
    """The letter did not go out. It carries one of failures.SENTENCES and the server's answer, and never an address."""

    permanent: ClassVar[bool] = False
    longest_wait: ClassVar[timedelta] = timedelta(hours=1)
    last_attempt: ClassVar[int] = 82
    """With the waits doubling up to an hour: three days (72 h) after the first attempt."""

    def __init__(self, word: str, answer: str = "", *, is_about_address: bool = False) -> None:
        super().__init__(failures.stored(word, answer))
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
            raise MailNotSet(failures.NOT_SET)
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
        raise MailMisconfigured(failures.NOT_ACCEPTED, _answer_of(error)) from None
    except smtplib.SMTPRecipientsRefused as error:
        address, (code, reply) = next(iter(error.recipients.items()))
        answer = f"{code} {failures.without_addresses(reply, address)}"
        raise _kind(code)(failures.ADDRESS_REFUSED, answer, is_about_address=_is_about_address(code, reply)) from None
    except smtplib.SMTPResponseException as error:
        raise _kind(error.smtp_code)(failures.LETTER_REFUSED, _answer_of(error, *message.send_to)) from None
    except (OSError, smtplib.SMTPException) as error:
        raise MailDelayed(failures.UNREACHABLE, type(error).__name__) from None
    finally:
        _hang_up(connection)


def _kind(code: int) -> type[MailFailure]:
    return MailRefused if code >= _TOO_LATE else MailDelayed


def _is_about_address(code: int, reply: bytes) -> bool:
    """Whether an answer to RCPT speaks of the mailbox: by its enhanced code (RFC 3463: x.1 addressing, x.2.0 and x.2.1
    mailbox), else by RFC 5321, 4.2.3. One about policy or relaying (x.7, 554) is about us: it marks nobody's address.
    """
    enhanced = _ENHANCED.search(reply)
    if enhanced is not None:
        subject, detail = enhanced[1], enhanced[2]
        return subject == b"1" or (subject == b"2" and detail in {b"0", b"1", b"2"})
    return code in {450, 550, 551, 553}


def _answer_of(error: Exception, *addresses: object) -> str:
    """What the server said; of what it did not say, what kind of fault it was."""
    if not isinstance(error, smtplib.SMTPResponseException):
        return type(error).__name__
    raw = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
    return f"{error.smtp_code} {failures.without_addresses(raw, str(next(iter(addresses), '')))}"


def _hang_up(connection: PatientConnection) -> None:
    if connection.host is not None:
        connection.host.close()
