"""The pay page and the desk's page, as browsers get them."""

from __future__ import annotations

import re

import httpx
import pytest

from retreats.demo.stripe.words import ENGLISH, PORTUGUESE


def test_both_languages_say_the_same_things():
    assert ENGLISH.keys() == PORTUGUESE.keys()
    for name, sentence in ENGLISH.items():
        assert re.findall(r"{\w+}", sentence) == re.findall(r"{\w+}", PORTUGUESE[name])
        assert PORTUGUESE[name]


@pytest.mark.parametrize(
    ("locale", "title", "amount"), [("en", "Pay €240.00", "€240.00"), ("pt", "Pagar 240,00\xa0€", "240,00\xa0€")]
)
def test_the_page_speaks_the_language_of_the_house(opened, locale, title, amount):
    answer = httpx.get(opened(locale=locale).url)

    assert answer.headers["Content-Language"] == locale
    assert f"<title>{title}</title>" in answer.text
    assert amount in answer.text
    assert (ENGLISH if locale == "en" else PORTUGUESE)["demo"] in answer.text


def test_the_page_keeps_a_strict_policy_that_still_leads_back(opened):
    answer = httpx.get(opened().url)

    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; form-action 'self' http://localhost:8000;"
        " base-uri 'none'; frame-ancestors 'none'"
    )
    assert not re.search(r"<script|style=|onclick", answer.text)
    assert 'href="http://localhost:8000/pay/CASA-7K2M"' in answer.text


def test_a_declined_card_is_said_and_the_buttons_stay(opened, stripe_standin):
    session = opened()

    where = stripe_standin.pay(session.id, "decline")
    page = httpx.get(stripe_standin.api_base + where).text

    assert ENGLISH["declined"] in page
    assert 'value="pay"' in page


@pytest.mark.parametrize(("how", "said"), [("pay", "done_paid"), ("slow", "done_waiting")])
def test_a_finished_page_leads_back(opened, stripe_standin, how, said):
    session = opened()
    where = stripe_standin.pay(session.id, how)

    answer = stripe_standin.page(session.id)

    assert answer.status_code == 200
    assert ENGLISH[said] in answer.text
    assert where in answer.text


def test_a_closed_page_says_so(client, opened, stripe_standin):
    session = opened()
    client.v1.checkout.sessions.expire(session.id)

    answer = stripe_standin.page(session.id, "pt")

    assert (answer.status_code, PORTUGUESE["expired"] in answer.text) == (410, True)


def test_an_unknown_page_says_so(stripe_standin):
    answer = stripe_standin.page("cs_test_<script>")

    assert answer.status_code == 404
    assert "<script>" not in answer.text


def test_what_the_house_names_its_things_is_shown_as_text(opened):
    product = {"currency": "eur", "unit_amount": 100, "product_data": {"name": "<b>Place</b>"}}

    page = httpx.get(opened(line_items=[{"quantity": 1, "price_data": product}]).url).text

    assert "&lt;b&gt;Place&lt;/b&gt;" in page


def test_a_button_that_is_none_does_nothing(client, opened):
    session = opened()

    answer = httpx.post(session.url, data={"how": "steal"})

    assert answer.status_code == 400
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_the_desk_lets_the_bank_pay(client, opened, stripe_standin):
    session = opened()
    stripe_standin.pay(session.id, "slow")
    desk = f"{stripe_standin.api_base}/_/"
    before = httpx.get(desk).text

    answer = httpx.post(f"{desk}settle", data={"session": session.id, "outcome": "succeeded"})

    assert ENGLISH["bank_pays"] in before
    assert (answer.status_code, answer.headers["Location"]) == (303, "/_/?lang=en")
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert ENGLISH["dispute"] in httpx.get(desk).text
    assert PORTUGUESE["state_paid"] in httpx.get(desk, params={"lang": "pt"}).text
