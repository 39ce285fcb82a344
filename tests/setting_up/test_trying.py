"""Olga tries mail and money really: a letter arrives or the server says why not, and what she pays goes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from retreats import clock
from retreats.db import db, writing
from retreats.outbox.models import Delivery
from retreats.payments.compare import compare
from retreats.setting_up.models import MoneyTrial
from retreats.setting_up.queries import steps
from tests.setting_up.owning import SETTINGS, olga, save, say, text_of
from tests.smtp_server import PostOffice
from tests.stripe_standin import Stripe

pytestmark = pytest.mark.slow

Deliver = Callable[[], int]


@pytest.fixture
def office(app: Flask, running_post_office: PostOffice) -> PostOffice:
    """A mail server that the environment does not name."""
    running_post_office.empty()
    assert not app.config["MAIL_SERVER"]
    return running_post_office


def try_mail(client: FlaskClient) -> str:
    """Press the button, and read what the page then says."""
    pressed = client.post(f"{SETTINGS}/mail/try")
    return text_of(client.get(pressed.location)) if pressed.status_code == 303 else text_of(pressed)


def use(client: FlaskClient, office: PostOffice, **more: str) -> None:
    """Write this server into the form."""
    saved = save(client, "mail", mail_server="127.0.0.1", mail_port=str(office.port), mail_security="none", **more)
    assert saved.status_code == 303, saved.text


def is_done(name: str) -> bool:
    """Whether the checklist says so."""
    return next(each.is_done for each in steps() if each.name == name)


def test_a_letter_to_herself_arrives(client: FlaskClient, office: PostOffice) -> None:
    olga(client)
    early = try_mail(client)
    use(client, office)

    page = try_mail(client)

    [letter] = office.letters
    assert "Name a mail server first" in early
    assert "The server took the letter" in page
    assert letter.to == "olga@example.org"
    assert letter.subject == "A trial letter from Casa do Rio"
    assert "whoever books will hear from it" in letter.text
    assert is_done("mail")
    use(client, office, mail_username="olga")
    assert not is_done("mail"), "it is another server now"


@pytest.mark.parametrize(
    ("refuse_recipient", "answer_data", "advice"),
    [
        ("550 no such person", None, "It takes no letters for your address"),
        (None, "554 looks like spam", "It did not take the letter"),
    ],
)
def test_the_page_says_at_which_step_the_server_refused_and_what_to_do(
    client: FlaskClient, office: PostOffice, refuse_recipient: str | None, answer_data: str | None, advice: str
) -> None:
    olga(client)
    use(client, office)
    office.clerk.refuse_recipient, office.clerk.answer_data = refuse_recipient, answer_data

    page = try_mail(client)

    assert "The letter did not go out" in page
    assert advice in page
    assert (refuse_recipient or answer_data or "?") in page
    assert "olga@example.org" not in page
    assert not is_done("mail")


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # only this machine is asked
def test_a_server_that_is_not_there_and_a_wrong_password_are_told_apart(client: FlaskClient) -> None:
    olga(client)
    guarded = PostOffice(password="right")
    say(
        mail_server="127.0.0.1",
        mail_port=guarded.port,
        mail_security="none",
        mail_username="olga",
        mail_password="wrong",
    )

    refused = try_mail(client)
    guarded.close()
    clock.move_to(clock.now() + timedelta(seconds=1))
    gone = try_mail(client)

    assert "It did not accept name and password" in refused
    assert "Nobody answered there" in gone


def test_letters_that_waited_for_a_mail_server_go_out_once_there_is_one(
    client: FlaskClient, office: PostOffice, deliver: Deliver
) -> None:
    olga(client)
    client.post("/sign-in", data={"email": "olga@example.org"})
    deliver()
    waiting = db.session.query(Delivery).filter(Delivery.done_at.is_(None), Delivery.errand == "letters").one()
    said = waiting.last_error or ""
    put_off()

    use(client, office)
    deliver()

    assert "MailNotSet" in said
    assert [each.to for each in office.letters] == ["olga@example.org"]


@pytest.fixture
def keyed(app: Flask, client: FlaskClient, stripe_standin: Stripe, monkeypatch: pytest.MonkeyPatch) -> Stripe:
    """Stripe, with keys that Olga gave by the page."""
    monkeypatch.setitem(app.config, "STRIPE_API_BASE", stripe_standin.api_base)
    olga(client)
    save(client, "money", stripe_key=stripe_standin.secret_key, stripe_webhook=stripe_standin.webhook_secret)
    return stripe_standin


def to_checkout(client: FlaskClient) -> str:
    """Press the button; the id of the session it leads to."""
    pressed = client.post(f"{SETTINGS}/money/try")
    assert pressed.status_code == 303, pressed.text
    return urlsplit(pressed.location).path.rpartition("/")[2]


def back(client: FlaskClient, address: str) -> str:
    """Follow the way back from Stripe, and read the page."""
    split = urlsplit(address)
    return text_of(client.get(client.get(f"{split.path}?{split.query}").location))


def put_off() -> None:
    """It failed so often that it is tried again only in an hour."""
    with writing() as session:
        session.execute(update(Delivery).values(due_at=clock.real_now() + timedelta(hours=1)))


def an_hour_later() -> None:
    """What was to wait is due."""
    with writing() as session:
        session.execute(update(Delivery).values(due_at=clock.real_now()))


def trial() -> MoneyTrial:
    """The only one, as it stands."""
    db.session.remove()
    return db.session.query(MoneyTrial).one()


def test_what_she_pays_to_try_goes_back_by_itself(client: FlaskClient, keyed: Stripe, deliver: Deliver) -> None:
    session = to_checkout(client)
    page = back(client, keyed.pay(session))
    paid = trial().state

    deliver()
    keyed.deliver_to(client)
    deliver()

    account = keyed.ledger(trial().payment_intent)
    assert "1 €" in page
    assert (paid, trial().state) == ("paid", "refunded")
    assert (account["captured"], account["refunded"]) == (100, 100)
    assert is_done("money")
    assert "paid and given back" in text_of(client.get(f"{SETTINGS}/money"))
    assert "has arrived" in text_of(client.get(f"{SETTINGS}/money"))
    assert (compare().differing, compare().foreign) == ([], [])


def test_it_goes_back_too_when_she_never_comes_back(client: FlaskClient, keyed: Stripe, deliver: Deliver) -> None:
    keyed.pay(to_checkout(client))

    an_hour_later()
    deliver()
    deliver()

    assert trial().state == "refunded"


def test_what_she_does_not_pay_is_over(client: FlaskClient, keyed: Stripe, deliver: Deliver) -> None:
    to_checkout(client)
    keyed.pass_time(32 * 60)

    an_hour_later()
    deliver()

    assert trial().state == "unpaid"
    assert not is_done("money")


def test_a_wrong_key_and_a_silent_stripe_are_said_in_sentences(client: FlaskClient, keyed: Stripe) -> None:
    keyed.fail_next("/v1/checkout/sessions", status=401)
    unknown = client.post(f"{SETTINGS}/money/try")
    keyed.fail_next("/v1/checkout/sessions", status=500, times=3)
    silent = client.post(f"{SETTINGS}/money/try")
    save(client, "money", stripe_key_remove="1")
    without = client.post(f"{SETTINGS}/money/try")

    assert (unknown.status_code, silent.status_code, without.status_code) == (503, 503, 409)
    assert "Stripe does not know this key" in unknown.text
    assert "Stripe" in text_of(silent)
    assert "Give a secret key first" in without.text


def test_a_notice_without_the_secret_is_refused(client: FlaskClient, keyed: Stripe) -> None:
    keyed.pay(to_checkout(client))
    notice: Any = keyed.waiting()[0]
    good = keyed.post(notice, client)
    save(client, "money", stripe_webhook_remove="1")

    assert good == 204
    assert keyed.post(notice, client) == 400
