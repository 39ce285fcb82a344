"""Letters leave through a real mail server, also on its bad days."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from retreats import clock
from retreats.db import db
from retreats.mail.message import Envelope, compose
from retreats.mail.models import Letter
from retreats.mail.transport import MailDelayed, MailMisconfigured, MailRefused, send
from retreats.outbox.models import Delivery
from tests.house import a_booking, a_gathering
from tests.smtp_server import PostOffice

HOUSE = ("Retiros, Lda", "casa@example.org")
INVITE = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


def envelope(**different: Any) -> Envelope:
    """A letter to Ada."""
    words: dict[str, Any] = {
        "to_name": "Ada, a Águia",
        "to_address": "ada@example.org",
        "subject": "Retiro de junho — está confirmado",
        "text": "Olá Ada,\n\nestá confirmado.\n",
        "html": "<p>Olá Ada</p>" + "x" * 2000,
        "message_id": "<1@example.org>",
        "sent_at": datetime(2027, 3, 1, 9, tzinfo=UTC),
        "language": "pt-PT",
        "calendar": INVITE,
        "calendar_method": "REQUEST",
    }
    return Envelope(**{**words, **different})


def bring(app: Flask, letter: Envelope) -> None:
    """Send it."""
    send(app.extensions["mail"], compose(letter, sender=HOUSE))


def test_a_letter_has_the_shape_that_calendars_read(app: Flask, post_office: PostOffice) -> None:
    bring(app, envelope())

    [letter] = post_office.letters
    mail = letter.mail
    kinds = [part.get_content_type() for part in mail.walk()]
    [calendar] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar",
                     "application/ics"]  # fmt: skip
    assert (calendar.get_param("method"), calendar["Content-Transfer-Encoding"], calendar["Content-Disposition"]) == (
        "REQUEST",
        "base64",
        None,
    )
    attached = [part.get_payload(decode=True) for part in mail.walk() if part.get_content_type() == "application/ics"]
    assert (letter.calendar, attached) == (INVITE, [INVITE])
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "pt-PT")
    assert letter.subject == "Retiro de junho — está confirmado"
    assert str(mail["From"]) == '"Retiros, Lda" <casa@example.org>'
    assert "Olá Ada" in letter.text


def test_a_retry_sends_the_same_octets(app: Flask, post_office: PostOffice) -> None:
    bring(app, envelope())
    bring(app, envelope())

    first, second = post_office.letters
    assert first.raw == second.raw


@pytest.mark.parametrize(
    "evil",
    ["Ana\r\nBcc: eve@example.org", "Ana\x0bBcc: eve@example.org", "Ana\u2028Bcc: eve@example.org", "Ana\x1dX: y"],
)
def test_nothing_gets_into_the_headers_and_the_letter_still_goes_out(
    app: Flask, post_office: PostOffice, evil: str
) -> None:
    bring(app, envelope(to_name=evil, subject=evil))

    [letter] = post_office.letters
    assert (letter.recipients, letter.mail["Bcc"], letter.mail["X"]) == (["ada@example.org"], None, None)


def test_no_line_is_longer_than_mail_allows(app: Flask, post_office: PostOffice) -> None:
    bring(app, envelope(html="<p>" + "ç" * 5000))

    assert max(len(line) for line in post_office.letters[0].raw.splitlines()) <= 998


def test_a_closed_server_is_a_delay(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        monkeypatch.setitem(app.config, "MAIL_PORT", probe.getsockname()[1])
    monkeypatch.setitem(app.config, "MAIL_SERVER", "127.0.0.1")

    with pytest.raises(MailDelayed):
        bring(app, envelope())


def test_a_silent_server_is_given_up(app: Flask, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    post_office.clerk.silent_for = 3
    monkeypatch.setitem(app.config, "MAIL_TIMEOUT", 0.2)
    began = clock.real_now()

    with pytest.raises(MailDelayed):
        bring(app, envelope())

    assert clock.real_now() - began < timedelta(seconds=2)


@pytest.mark.parametrize(
    ("answer", "failure"),
    [("451 later", MailDelayed), ("421 busy", MailDelayed), ("552 too much", MailRefused), ("554 no", MailRefused)],
)
def test_answers_are_told_apart(app: Flask, post_office: PostOffice, answer: str, failure: type[Exception]) -> None:
    post_office.clerk.answer_data = answer

    with pytest.raises(failure) as told:
        bring(app, envelope())

    assert "ada@example.org" not in str(told.value)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # only this machine is asked
def test_a_wrong_password_is_our_own_mistake(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    office = PostOffice(password="right")
    settings = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": office.port, "MAIL_USERNAME": "casa", "MAIL_PASSWORD": "wrong"}
    for name, value in settings.items():
        monkeypatch.setitem(app.config, name, value)

    with pytest.raises(MailMisconfigured):
        bring(app, envelope())

    office.close()
    assert office.letters == []


def test_a_server_without_tls_gets_nothing_in_clear(
    app: Flask, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MAIL_USE_TLS", True)

    with pytest.raises(MailMisconfigured):
        bring(app, envelope())

    assert post_office.letters == []


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour goes by in the world."""
    moment = clock.real_now() + timedelta(hours=1)
    monkeypatch.setattr(clock, "real_now", lambda: moment)


def test_a_mail_server_is_down_and_bookings_go_on(
    post_office: PostOffice, deliver: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    post_office.clerk.answer_data = "451 later"
    a_booking(a_gathering(), "ada@example.org")
    deliver()
    meanwhile = len(post_office.letters)
    post_office.clerk.answer_data = None
    later(monkeypatch)

    deliver()

    assert meanwhile == 0
    assert "ada@example.org" in [letter.to for letter in post_office.letters]
    assert db.session.query(Letter).filter(Letter.sent_at.is_(None)).count() == 0


def test_a_letter_refused_for_good_rests_and_is_seen(post_office: PostOffice, deliver: Callable[[], int]) -> None:
    post_office.clerk.refuse_recipient = "550 nobody here"
    a_booking(a_gathering(), "ada@example.org")

    deliver()

    letter = db.session.query(Letter).filter_by(kind="booking.confirmation").one()
    resting = db.session.query(Delivery).filter(Delivery.rests_at.is_not(None)).count()
    assert letter.failed_at is not None
    assert "550" in str(letter.failure)
    assert "@" not in str(letter.failure)
    assert resting >= 1
