"""Olga's first day, in a real browser: an empty house becomes hers, is set up, and holds its first workshop.

Mira leads it and sees no other; Ada books it, cancels it and books it again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from retreats.booking.models import LedgerEntry, Registration
from retreats.catalogue.models import Facilitator
from retreats.db import db
from retreats.house import legal
from retreats.house.models import LEGAL_KINDS
from retreats.outbox.worker import run_everything
from retreats.payments.compare import compare
from retreats.setting_up import door
from tests.catalogue.organise import COMPLETE
from tests.journeys.conftest import served
from tests.journeys.proving import sets_up_an_app
from tests.journeys.reader import Reader
from tests.journeys.test_organising import fill as write_in
from tests.smtp_server import PostOffice
from tests.stores import ON_POSTGRES
from tests.stripe_standin import Stripe

pytestmark = [pytest.mark.journey, ON_POSTGRES]
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
    reader = new_page(language="pt")
    reader.goto(f"{empty_house}/terms/")
    expect(reader.locator("main")).to_contain_text("Associação da Olga")
    expect(reader.locator("main")).not_to_contain_text("[[")

    ada, mira = new_page(width=320), new_page(language="pt")
    for guest, name in ((mira, "mira"), (new_page(), "ines")):
        _invite(olga, empty_house, name)
        _accept(guest, running_post_office, name)
    _publish(olga, empty_house)
    expect(olga.locator("main dl.facts")).to_have_count(0)
    _book(ada, empty_house)
    mira.goto(f"{empty_house}/facilitate/")
    expect(mira.locator("main")).to_contain_text("Oficina de abertura")
    expect(mira.locator("main")).not_to_contain_text("Círculo de outra gente")
    mira.goto(f"{empty_house}/facilitate/opening-workshop/")
    sets_up_an_app(Reader(mira, empty_house, "pt"))
    mira.goto(f"{empty_house}/facilitate/opening-workshop/")
    expect(mira.locator("main")).to_contain_text("Ada")
    assert mira.goto(f"{empty_house}/organise/").status == 404
    assert mira.goto(f"{empty_house}/facilitate/another-circle/").status == 404
    _cancel(ada, running_post_office)
    _book(ada, empty_house)
    olga.goto(f"{empty_house}/organise/gatherings/opening-workshop/registrations")
    expect(olga.locator("main")).to_contain_text("cancelled")
    expect(olga.locator("main")).to_contain_text("confirmed")
    assert _books() == [("confirmed", [12_00]), ("cancelled", [-12_00, 12_00])]
    assert (compare().differing, compare().foreign) == ([], [])


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


def _publish(olga: Page, house: str) -> None:
    """One workshop is Mira's, and another is not."""
    db.session.remove()
    leading = {each.person.email.partition("@")[0]: str(each.id) for each in db.session.query(Facilitator)}
    for slug, title, titulo, who in (
        ("another-circle", "Another circle", "Círculo de outra gente", "ines"),
        ("opening-workshop", "Opening workshop", "Oficina de abertura", "mira"),
    ):
        olga.goto(f"{house}/organise/gatherings/new")
        write_in(olga, {"kind": "workshop", "title_en": title})
        press(olga, "Begin the draft")
        sections = COMPLETE | {
            "people": {"leaders": leading[who], "care_name": "Cleo", "care_email": "cleo@example.org"}
        }
        sections["words"] = COMPLETE["words"] | {"title_en": title, "title_pt": titulo, "kind": "workshop"}
        sections["places"] = COMPLETE["places"] | {"t0-price": "12"}
        for section, fields in sections.items():
            olga.goto(f"{house}/organise/gatherings/{slug}/edit/{section}")
            write_in(olga, fields)
            press(olga, "Save")
        olga.goto(f"{house}/organise/gatherings/{slug}/")
        press(olga, "Publish it")
    olga.goto(f"{house}/organise/")


def _book(ada: Page, house: str) -> None:
    """From the first page to a paid place."""
    ada.goto(house)
    ada.get_by_role("link", name="See what is coming").click()
    ada.get_by_role("link", name="Opening workshop").first.click()
    ada.get_by_role("link", name="Book a place").first.click()
    ada.get_by_label("Your name").fill("Ada")
    ada.get_by_label("Your mail address").fill("ada@example.org")
    ada.get_by_label("I have read the terms").check()
    ada.locator("main form button.button-main").last.click()
    ada.wait_for_url("**/pay/**")
    ada.locator("main form button").click()
    ada.locator("button[value=pay]").click()
    ada.wait_for_url(f"{house}/registrations/**")
    run_everything()
    ada.reload()
    expect(ada.locator("h1")).to_have_text("Your place is confirmed")


def _cancel(ada: Page, office: PostOffice) -> None:
    """By the link of her confirmation."""
    ada.goto(_letter(office, "ada", "/registrations/"))
    ada.get_by_role("link", name="Give my place back").click()
    press(ada, "Give back the chosen places")
    run_everything()
    run_everything()


def _letter(office: PostOffice, name: str, kind: str) -> str:
    """The link of this kind in the newest letter to somebody that has one."""
    run_everything()
    texts = [letter.text for letter in office.letters if letter.to == f"{name}@example.org"]
    links = [link for text in texts for link in re.findall(r"https?://\S+", text) if kind in link]
    assert links, texts
    return links[-1]


def _invite(olga: Page, house: str, name: str) -> None:
    """By the page for it."""
    olga.goto(f"{house}/organise/people/invite")
    olga.locator("[name=role][value=facilitator]").check()
    fill(olga, name=name.title(), email=f"{name}@example.org")
    press(olga, "Send the invitation")


def _accept(guest: Page, office: PostOffice, name: str) -> None:
    """By the letter; with it one is in."""
    run_everything()
    guest.goto(_letter(office, name, "/invitation/"))
    with guest.expect_navigation():
        guest.locator("main form button").first.click()
    run_everything()


def _books() -> list[tuple[str, list[int]]]:
    """What became of each booking, and what moved."""
    db.session.remove()
    return [
        (
            each.state,
            sorted(entry.amount_minor for entry in db.session.query(LedgerEntry).filter_by(registration_id=each.id)),
        )
        for each in db.session.query(Registration).order_by(Registration.state.desc())
    ]
