"""Olga's first hour, in a real browser: an empty house becomes hers, sends a letter, takes money and says who it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from retreats.house import legal
from retreats.house.models import LEGAL_KINDS
from retreats.outbox.worker import run_everything
from retreats.setting_up import door
from tests.journeys.conftest import served
from tests.smtp_server import PostOffice
from tests.stripe_standin import Stripe

pytestmark = pytest.mark.journey
Save = Callable[..., None]


@pytest.fixture
def empty_house(
    app: Flask, stripe_standin: Stripe, running_post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """A house that nobody owns, whose environment names no mail server and no keys to Stripe."""
    running_post_office.empty()
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    monkeypatch.setitem(app.config, "HOUSE_EMAIL", "")
    monkeypatch.setitem(app.config, "STRIPE_API_BASE", stripe_standin.api_base)
    with served(app) as address:
        monkeypatch.setitem(app.config, "SITE_URL", address)
        stripe_standin.deliver_to(f"{address}/webhooks/stripe")
        yield address


def fill(page: Page, **said: str) -> None:
    """Write this into the fields of these names."""
    for name, words in said.items():
        page.locator(f"[name={name}]").fill(words)


def press(page: Page, name: str) -> None:
    """Press this button, and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def test_from_nothing_to_a_house_that_can_open(
    empty_house: str, new_page: Any, axe: Any, running_post_office: PostOffice, stripe_standin: Stripe
) -> None:
    olga, settings = new_page(), f"{empty_house}/organise/setting-up"
    _claim(olga, f"{empty_house}{door.path()}", axe)
    expect(olga.get_by_role("heading", level=1)).to_have_text("From empty to published")
    assert axe(olga) == []

    olga.goto(f"{settings}/house")
    fill(olga, email="casa@olga.example")
    press(olga, "Save")
    _try_mail(olga, settings, running_post_office)
    _try_money(olga, settings, stripe_standin)
    _put_in_force(olga, settings)
    olga.goto(f"{settings}/help")
    press(olga, "Save")

    olga.goto(f"{empty_house}/organise/")
    done = olga.locator("main dl.facts > div", has_text=re.compile("^\\s*done"))
    assert [each.partition("\n")[0] for each in done.locator("dd").all_inner_texts()] == [
        "Name the house", "Let it send letters", "Let it take money", "Put the legal pages in force", "Look at the help lines",
    ]  # fmt: skip
    olga.goto(f"{empty_house}/terms/?lang=pt")
    expect(olga.locator("main")).to_contain_text("Associação da Olga")
    expect(olga.locator("main")).not_to_contain_text("[[")


def _claim(olga: Page, link: str, axe: Any) -> None:
    olga.goto(link)
    assert axe(olga) == []
    fill(olga, house_name="Casa da Olga", email="olga@example.org")
    press(olga, "Make it mine")
    expect(olga.get_by_role("alert").or_(olga.locator(".summary"))).to_be_visible()
    assert axe(olga) == []
    expect(olga.locator("[name=house_name]")).to_have_value("Casa da Olga")
    fill(olga, name="Olga Prado")
    press(olga, "Make it mine")


def _try_mail(olga: Page, settings: str, office: PostOffice) -> None:
    olga.goto(f"{settings}/mail")
    fill(olga, mail_server="127.0.0.1", mail_port=str(office.port))
    olga.locator("[name=mail_security][value=none]").check()
    press(olga, "Save")
    press(olga, "Send me a letter")
    expect(olga.locator("#tried")).to_contain_text("The server took the letter")
    assert [each.to for each in office.letters] == ["olga@example.org"]


def _try_money(olga: Page, settings: str, stripe: Stripe) -> None:
    olga.goto(f"{settings}/money")
    fill(olga, stripe_key=stripe.secret_key, stripe_webhook=stripe.webhook_secret)
    press(olga, "Save")
    for _ours_and_theirs in range(2):
        with olga.expect_navigation():
            olga.get_by_role("button", name=re.compile("^Pay (?!with)")).click()
    expect(olga.locator("#tried")).to_contain_text("paid, and on its way back")
    run_everything()
    olga.reload()
    expect(olga.locator("#tried")).to_contain_text("paid and given back")


def _put_in_force(olga: Page, settings: str) -> None:
    olga.goto(f"{settings}/imprint")
    fill(olga, legal_name="Associação da Olga", legal_form="association", tax_number="510000000", address="Rua do Rio 1",
         phone="+351 210 000 000", represented_by="Olga Prado", register="Lisboa", dispute_body="CNIACC")  # fmt: skip
    press(olga, "Save")
    for kind in LEGAL_KINDS:
        olga.goto(f"{settings}/legal/{kind}")
        for language in ("en", "pt"):
            text = olga.locator(f"[name=source_{language}]")
            text.fill(_written(text.input_value(), language))
        press(olga, "Save, and put it in force")
        expect(olga.locator(".notice-good")).to_contain_text("It is in force")


def _written(text: str, language: str) -> str:
    """What is to be written is written; what fills itself is left."""
    known = legal.BLANKS[language]
    return re.sub(r"\[\[([^\]]+)\]\]", lambda found: found[0] if found[1] in known else "so and so", text)
