"""Speaking SMTP through flask-mail: with a limit to our patience, and with failures told apart."""

from __future__ import annotations

import smtplib
import ssl
from typing import ClassVar

from flask import Flask, current_app
from flask_mail import Connection, Mail, Message

_TOO_LATE = 500


class MailFailure(RuntimeError):
    """The letter did not go out. Its sentence carries codes and never an address."""

    permanent: ClassVar[bool] = False


class MailDelayed(MailFailure):
    """The server cannot be reached, is silent, or asks to come back later: it is tried again."""


class MailRefused(MailFailure):
    """The server refuses this letter for good."""

    permanent = True


class MailMisconfigured(MailFailure):
    """The server does not accept us: the password, or its certificate. Nothing was sent in clear."""


class PatientConnection(Connection):
    """flask-mail's connection with a time limit, and with certificates looked at."""

    def configure_host(self) -> smtplib.SMTP:
        """Connect, secure and sign in, within MAIL_TIMEOUT seconds for each step."""
        config, timeout = current_app.config, float(current_app.config["MAIL_TIMEOUT"])
        server, port = config["MAIL_SERVER"], int(config["MAIL_PORT"])
        if config["MAIL_USE_SSL"]:
            host: smtplib.SMTP = smtplib.SMTP_SSL(server, port, timeout=timeout, context=ssl.create_default_context())
        else:
            host = smtplib.SMTP(server, port, timeout=timeout)
        try:
            if config["MAIL_USE_TLS"]:
                host.starttls(context=ssl.create_default_context())
            if config["MAIL_USERNAME"] and config["MAIL_PASSWORD"]:
                host.login(config["MAIL_USERNAME"], config["MAIL_PASSWORD"])
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


def send(mail: Mail, message: Message) -> None:
    """Send one message. Raises MailDelayed, MailRefused or MailMisconfigured."""
    connection = PatientConnection(mail)
    try:
        connection.host = connection.configure_host()
        connection.send(message)
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError, ssl.SSLError) as error:
        raise MailMisconfigured(_code_of(error, "The mail server does not accept us")) from None
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        raise _failure(code, "The mail server does not take letters for this address") from None
    except smtplib.SMTPResponseException as error:
        raise _failure(error.smtp_code, "The mail server did not take the letter") from None
    except (OSError, smtplib.SMTPException) as error:
        raise MailDelayed(_code_of(error, "The mail server could not be reached")) from None
    finally:
        _hang_up(connection)


def _failure(code: int, sentence: str) -> MailFailure:
    kind = MailRefused if code >= _TOO_LATE else MailDelayed
    return kind(f"{sentence} (answer {code}).")


def _code_of(error: Exception, sentence: str) -> str:
    return f"{sentence} ({type(error).__name__})."


def _hang_up(connection: PatientConnection) -> None:
    if connection.host is not None:
        connection.host.close()
