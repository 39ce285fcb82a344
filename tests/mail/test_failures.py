"""What a mail server answered is said to each reader in their language, and tells nobody's address."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from retreats.db import db, writing
from retreats.mail import failures
from retreats.mail.models import Letter
from retreats.outbox.models import Delivery
from retreats.outbox.worker import run_everything
from tests.catalogue.organise import otto
from tests.house import a_booking, a_gathering
from tests.smtp_server import PostOffice

REFUSED = "550 5.1.1 <ada.lovelace@example.org>: Recipient address rejected: User ada.lovelace unknown"


@pytest.mark.slow
def test_the_organiser_reads_it_in_her_language_with_what_the_server_said(
    app: Flask, client: FlaskClient, post_office: PostOffice
) -> None:
    otto(client)
    post_office.clerk.refuse_recipient = REFUSED
    booked = a_booking(a_gathering(), "ada.lovelace@example.org")
    run_everything()
    page = f"/organise/gatherings/june-retreat/registrations/{booked.reference}"

    said = {(path, code): client.get(f"{path}?lang={code}").text
            for path in (page, "/organise/deliveries") for code in ("en", "pt")}  # fmt: skip

    answer = "550 5.1.1 …: Recipient address rejected: User … unknown"
    kept = {failure for (failure,) in db.session.query(Letter.failure).filter(Letter.failure.is_not(None))}
    assert kept == {f"address_refused: {answer}", "kept_back"}
    for (_path, code), text in said.items():
        english, portuguese = (f"does not take letters for this address. Its answer: {answer}",
                               f"não aceita cartas para este endereço. A resposta: {answer}")  # fmt: skip
        assert (english in text, portuguese in text) == (code == "en", code == "pt")
        assert "User ada" not in text


@pytest.mark.slow
def test_a_letter_that_rests_says_why_too(app: Flask, client: FlaskClient) -> None:
    otto(client)
    a_booking(a_gathering(), "ada@example.org")
    run_everything()
    with writing() as session:
        for each in session.query(Delivery).filter(Delivery.done_at.is_(None)):
            each.rests_at, each.last_error = each.due_at, "MailMisconfigured: not_accepted: 535 5.7.8 no"

    assert (
        "O servidor de correio não nos aceita. A resposta: 535 5.7.8 no"
        in client.get("/organise/deliveries?lang=pt").text
    )


@pytest.mark.parametrize(
    ("former", "english", "portuguese"),
    [
        ("The mail server does not take letters for this address (answer 550).",
         "The mail server does not take letters for this address. Its answer: 550",
         "O servidor de correio não aceita cartas para este endereço. A resposta: 550"),
        ("The mail server could not be reached (ConnectionRefusedError).",
         "The mail server could not be reached. Its answer: ConnectionRefusedError",
         "Não foi possível chegar ao servidor de correio. A resposta: ConnectionRefusedError"),
        ("No mail server is set yet: the letter waits.", "No mail server is set yet: the letter waits.",
         "Ainda não há servidor de correio definido: a carta espera."),
        ("Not sent: this address has taken no letters, and the house writes nothing there until it is put right.",
         "Not sent: this address has taken no letters, and the house writes nothing there until it is put right.",
         "Não enviada: este endereço não tem aceitado cartas, e a casa não escreve para lá até ser corrigido."),
        ("Something of a version nobody knows", "Something of a version nobody knows", "Something of a version nobody knows"),
    ],
)  # fmt: skip
def test_what_earlier_versions_stored_is_understood(app: Flask, former: str, english: str, portuguese: str) -> None:
    with app.test_request_context():
        with force_locale("en_GB"):
            now = failures.said(former)
        with force_locale("pt_PT"):
            agora = failures.said(former)

    assert (now, agora) == (english, portuguese)
